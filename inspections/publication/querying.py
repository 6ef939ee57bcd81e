"""A query of the published file: one statement that reads, its columns and its rows.

What belongs here: what may be asked, and failures in words. How an answer is shown does not: see
:mod:`inspections.cli.query`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from inspections.errors import BuildFailure
from inspections.publication.published_file import publication_in_use

# No EXPLAIN: one that analyses runs what it explains, a COPY to a file too.
_ROWS_AT_A_TIME = 5_000


@dataclass(frozen=True)
class Answer:
    """Result of a query.

    Attributes:
        columns: The names of its columns, each once.
        rows: Its rows, which can be gone through once.
    """

    columns: list[str]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def answered(warehouse: Path, sql: str) -> Iterator[Answer]:
    """Ask the published file, which is only read; its macros are at hand.

    Args:
        warehouse: The published file.
        sql: One statement that reads.

    Yields:
        The answer, while the file is open.

    Raises:
        BuildFailure: There is no publication, the statement is not one that reads, or DuckDB
            cannot answer it.
    """
    with publication_in_use(warehouse) as connection:
        try:
            statements = connection.extract_statements(sql)
            _check_it_reads(statements)
            result = connection.execute(statements[0])
            columns = _each_once([column[0] for column in result.description or []])
            yield Answer(columns, _rows(result))
        except duckdb.Error as error:
            first, *others = str(error).splitlines()
            raise BuildFailure(
                f"The query cannot be answered. {first}", others, code="failed-query"
            ) from error


def _check_it_reads(statements: list[duckdb.Statement]) -> None:
    if len(statements) != 1:
        raise BuildFailure(
            f"The query holds {len(statements)} statements; expected one, such as"
            ' "select count(*) from events".',
            code="failed-query",
        )
    (statement,) = statements
    if statement.type != duckdb.StatementType.SELECT:
        raise BuildFailure(
            f"The query is a {statement.type.name}, and the published file is read-only; expected a"
            " select.",
            code="failed-query",
        )


def _each_once(names: list[str]) -> list[str]:
    """Make names unique by a number after repeated ones."""
    found: list[str] = []
    for name in names:
        other, number = name, 0
        while other in found:
            number += 1
            other = f"{name}_{number}"
        found.append(other)
    return found


def _rows(result: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := result.fetchmany(_ROWS_AT_A_TIME):
        yield from rows
