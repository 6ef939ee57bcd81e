"""Writes ``docs/questions.md`` from ``dbt/analyses/``: each question, its SQL and the published answer.

``python -m tests.publication.questions`` writes the page from the published file; a test compares it with the
project's own log.
"""

import re
import sys
from pathlib import Path

import duckdb

from inspections.pages.questions import analyses, as_text, published_sql
from inspections.settings import DBT_PROJECT, PROJECT, Settings

PAGE = PROJECT / "docs" / "questions.md"
NATIONAL_PAGE = PROJECT / "docs" / "national_benchmark.md"
ROWS_SHOWN = 15
_HEAD = """# Questions, and what the published log answers

Questions that people ask of inspections, by group: recommendations, outcomes, publication, coverage, trust. Each
has its SQL, today's answer and what the answer does not say. The SQL also lies in `dbt/analyses/`, where dbt resolves
the names. Where a client attaches the file, say `use` first. `python -m tests.publication.questions` writes this page
from the published file; a test compares the two. [tables.md](tables.md) says which table answers what.
"""


def page(warehouse: Path) -> str:
    """The page as the published file answers."""
    parts = [_HEAD]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        group = ""
        for analysis in analyses():
            remarks, sql = published_sql(analysis)
            if remarks["Group"] != group:
                group = remarks["Group"]
                parts.append(f"## {group.capitalize()}")
            result = connection.execute(sql)
            names = [column[0] for column in result.description]
            rows = result.fetchall()
            parts += [
                f"### {remarks['Question']}",
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


def _cell(value: object) -> str:
    return as_text(value).replace("|", "\\|")


if __name__ == "__main__":
    published = Settings.from_environment().warehouse_path
    PAGE.write_text(page(published), encoding="utf-8")
    NATIONAL_PAGE.write_text(national_page(published), encoding="utf-8")
    sys.exit(0)
