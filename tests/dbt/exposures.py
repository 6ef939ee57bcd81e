"""Writes ``dbt/models/exposures_written.yml``: who reads which published table, as far as SQL says it.

``python -m tests.dbt.exposures`` writes the open formats, which read every table, the macros, and
a question each of ``dbt/analyses/``; a test compares the file with them. What other programs read
is in ``dbt/models/exposures.yml``, by hand.
"""

import re

import duckdb
import yaml

from inspections.pages.questions import analyses, published_sql
from inspections.publication.macros import published_macros
from inspections.settings import DBT_PROJECT

FILE = DBT_PROJECT / "models" / "exposures_written.yml"
_HEAD = "# Written by `python -m tests.dbt.exposures`; a test compares the two.\n"


def text() -> str:
    """The file as the models, macros and questions make it."""
    marts = sorted(path.stem for path in (DBT_PROJECT / "models" / "marts").glob("*.sql"))
    macros = _macros()
    exposures = [
        _exposure(
            "exports",
            "Open formats and workbook",
            "application",
            "CSV, Parquet and the workbook in `data/export`: every published table.",
            marts,
        ),
        _exposure(
            "macros",
            "Published questions",
            "application",
            "The macros of the published file: as of a day, as known at an instant, what changed,"
            " and the evidence behind a recommendation.",
            _read_by(published_macros(), marts, macros),
        ),
    ]
    for path in sorted(analyses()):
        remarks, sql = published_sql(path)
        exposures.append(
            _exposure(
                f"question_{path.stem}",
                remarks["Question"],
                "analysis",
                f"A question of `docs/questions.md`, asked by `dbt/analyses/{path.name}`.",
                _read_by(sql, marts, macros),
            )
        )
    return _HEAD + yaml.safe_dump({"exposures": exposures}, sort_keys=False, width=120)


def _exposure(
    name: str, label: str, kind: str, description: str, tables: list[str]
) -> dict[str, object]:
    return {
        "name": name,
        "label": label,
        "type": kind,
        "maturity": "high",
        "description": description,
        "owner": {"name": "warehouse", "email": "warehouse@example.org"},
        "depends_on": [f"ref('{table}')" for table in tables],
    }


def _macros() -> dict[str, str]:
    """The SQL of each published macro, by its name."""
    statements = (found.query for found in duckdb.extract_statements(published_macros()))
    named = ((re.search(r"create macro (\w+)", sql), sql) for sql in statements)
    return {found[1]: sql for found, sql in named if found}


def _read_by(sql: str, marts: list[str], macros: dict[str, str]) -> list[str]:
    """The tables that a text of SQL names, itself or by way of macros."""
    known: set[str] = set()
    texts = [sql]
    while texts:
        # Without remarks, and then without texts.
        plain = re.sub(r"'[^']*'", "", re.sub(r"--.*", "", texts.pop()))
        words = set(re.findall(r"\w+", plain))
        known |= words & set(marts)
        called = (words & macros.keys()) - known
        known |= called
        texts += [macros[name] for name in called]
    return sorted(known & set(marts))


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
