"""What is the same wherever a file or a database is touched: quoting, opening, syncing."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb


class LimitError(ValueError):
    """``MEMORY_LIMIT`` is no size."""


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def duckdb_limits(beside: Path) -> dict[str, Any]:
    """What one DuckDB may use, and where it spills: beside a file.

    It has half of what ``MEMORY_LIMIT`` gives a build in all. What Dagster, dbt and Great
    Expectations hold, and what DuckDB holds beyond its own count, was measured at 1.2 to 1.7 GB
    with ten million events.

    Args:
        beside: The file. What does not fit lies in ``<name>.spill``, made when something does not.

    Returns:
        Settings of DuckDB.

    Raises:
        LimitError: ``MEMORY_LIMIT`` is no size.
    """
    limit = os.environ.get("MEMORY_LIMIT") or "4GB"
    size = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT])(i?)B\s*", limit, re.IGNORECASE)
    if size is None or not float(size[1]):
        raise LimitError(f"MEMORY_LIMIT is {limit!r}. Expected a size such as 4GB or 800MB.")
    step = 1024 if size[3] else 1000
    half = float(size[1]) * step ** ("KMGT".index(size[2].upper()) + 1) / 2
    spill = beside.with_name(beside.name + ".spill")
    return {"memory_limit": f"{int(half)}B", "temp_directory": str(spill)}


def connect(beside: Path) -> duckdb.DuckDBPyConnection:
    """Open a database in memory that keeps to the limit, and spills beside a file.

    Raises:
        LimitError: ``MEMORY_LIMIT`` is no size.
    """
    return duckdb.connect(config=duckdb_limits(beside))


@contextmanager
def attached(database: Path, name: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Read a database file through a connection of one's own in memory.

    DuckDB keeps one instance a path within a process: a file opened by its own path stays the one
    that was opened first, whatever was put in its place since.

    Args:
        database: The file.
        name: The catalog that it is attached as, and that is in use.

    Yields:
        The connection.
    """
    with connect(database) as connection:
        connection.execute(f"attach {literal(str(database))} as {name} (read_only)")
        connection.execute(f"use {name}")
        yield connection


def sync(path: Path) -> None:
    """Have a file, or a folder's list of files, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
