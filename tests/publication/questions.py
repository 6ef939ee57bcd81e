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
    PAGE.write_text(page(Settings.from_environment().warehouse_path), encoding="utf-8")
    sys.exit(0)
