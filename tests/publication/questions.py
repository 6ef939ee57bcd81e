"""``docs/questions.md`` from ``dbt/analyses/``: each question, its SQL and the published answer.

``python -m tests.publication.questions`` writes the page anew from the published file; a test holds the page to
the log of the project.
"""

import re
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from inspections.settings import DBT_PROJECT, PROJECT, Settings

PAGE = PROJECT / "docs" / "questions.md"
NATIONAL_PAGE = PROJECT / "docs" / "national_benchmark.md"
ROWS_SHOWN = 40
_HEAD = """# Questions, and what the published log answers

The questions that people ask of inspections. Each has its SQL (also in `dbt/analyses/`, where dbt
resolves the names), the answer of the log as published, and what it does not say. Say `use` first
where a client attaches the file. Written by `python -m tests.publication.questions` and held to the log by a
test.
"""


def analyses() -> list[Path]:
    """The analyses in the order in which they are asked."""
    return sorted((DBT_PROJECT / "analyses").glob("*.sql"))


def published_sql(analysis: Path) -> tuple[dict[str, str], str]:
    """An analysis' remarks, and its SQL with the names of the published file."""
    lines = analysis.read_text("utf-8").splitlines()
    remarks = dict(
        line.removeprefix("-- ").split(": ", 1) for line in lines if line.startswith("-- ")
    )
    sql = "\n".join(line for line in lines if not line.startswith("-- ")).strip()
    return remarks, re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", sql)


def page(warehouse: Path) -> str:
    """The page as the published file answers."""
    parts = [_HEAD]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        for analysis in analyses():
            remarks, sql = published_sql(analysis)
            result = connection.execute(sql)
            names = [column[0] for column in result.description]
            rows = result.fetchall()
            parts += [
                f"## {remarks['Question']}",
                remarks["Here"],
                f"```sql\n{sql};\n```",
                _table(names, rows),
                f"*What it does not say:* {remarks['Not said']}",
            ]
    return "\n\n".join(parts) + "\n"


def national_page(warehouse: Path) -> str:
    """The page beside the national series, with the published file's own counts in its table."""
    _, sql = published_sql(DBT_PROJECT / "analyses" / "national_share.sql")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        rows = connection.execute(sql).fetchall()
    ours = {(year, test): (good, of) for year, test, of, good, _ in rows}
    lines = []
    for line in NATIONAL_PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if re.fullmatch(r"\d{4}-\d{2}", cells[0]):
            good, of = ours.get((cells[0], cells[1]), (0, 0))
            counts = (
                (f"{good / of:.0%}".replace("%", " %"), f"{good} of {of}") if of else ("none", "0")
            )
            line = "| " + " | ".join([*cells[:3], *counts]) + " |"
        lines.append(line)
    return "\n".join(lines) + "\n"


def _table(names: list[str], rows: list[tuple]) -> str:
    if not rows:
        return "No row."
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_cell(value) for value in row) + " |" for row in rows[:ROWS_SHOWN]]
    if len(rows) > ROWS_SHOWN:
        lines.append(f"\n… and {len(rows) - ROWS_SHOWN} more rows.")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value).replace("|", "\\|")


if __name__ == "__main__":
    published = Settings.from_environment().warehouse_path
    PAGE.write_text(page(published), encoding="utf-8")
    NATIONAL_PAGE.write_text(national_page(published), encoding="utf-8")
    sys.exit(0)
