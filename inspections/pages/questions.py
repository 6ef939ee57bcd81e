"""The readers' questions: their SQL with the names of the published file, and their answers.

The questions lie in ``dbt/analyses/``, where dbt resolves the names. Each file opens with its
remarks: its group, the question, what the answer shows here, and what it does not say.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from inspections.settings import DBT_PROJECT

GROUPS = ("recommendations", "outcomes", "publication", "coverage", "trust")
# The questions that the site answers: such as any log can be asked.
_ON_THE_SITE = (
    "latest_shares",
    "poor_now",
    "below_three_running",
    "good_that_fell",
    "before_and_after",
    "age_of_outcomes",
    "public_lags",
    "two_dates",
    "numbers_add_up",
    "in_use_on_days",
)
_ROWS_SHOWN = 12


@dataclass(frozen=True)
class Question:
    """A question and its answer.

    Attributes:
        remarks: ``Group``, ``Question``, ``Here`` and ``Not said``.
        sql: Its SQL, as a client of the published file asks it.
        columns: The answer's columns.
        rows: The first rows of the answer, as text.
        row_count: All of its rows.
    """

    name: str
    remarks: dict[str, str]
    sql: str
    columns: list[str]
    rows: list[list[str]]
    row_count: int


def analyses() -> list[Path]:
    """The files of the questions, by group and name."""
    files = (DBT_PROJECT / "analyses").glob("*.sql")
    return sorted(
        files, key=lambda path: (GROUPS.index(published_sql(path)[0]["Group"]), path.stem)
    )


def published_sql(analysis: Path) -> tuple[dict[str, str], str]:
    """A question's remarks, and its SQL with the names of the published file."""
    lines = analysis.read_text("utf-8").splitlines()
    remarks = dict(
        line.removeprefix("-- ").split(": ", 1) for line in lines if line.startswith("-- ")
    )
    sql = "\n".join(line for line in lines if not line.startswith("-- ")).strip()
    return remarks, re.sub(r"\{\{ ref\('(\w+)'\) \}\}", r"\1", sql)


def answered(connection: duckdb.DuckDBPyConnection) -> list[Question]:
    """Ask a published file the questions of the site.

    Args:
        connection: One in which the file's tables and macros go by their bare names.
    """
    found = []
    for name in _ON_THE_SITE:
        remarks, sql = published_sql(DBT_PROJECT / "analyses" / f"{name}.sql")
        result = connection.execute(sql)
        columns = [column[0] for column in result.description]
        rows = result.fetchall()
        shown = [[as_text(value) for value in row] for row in rows[:_ROWS_SHOWN]]
        found.append(Question(name, remarks, sql, columns, shown, len(rows)))
    return found


def as_text(value: object) -> str:
    """A value as people read it: a whole number without its point, null as nothing."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
