"""What is the same wherever a file or a database is touched: quoting, attaching, syncing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


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
    with duckdb.connect() as connection:
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
