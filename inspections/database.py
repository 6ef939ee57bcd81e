"""Shared database functions: quoting, limits, opening, inserting rows."""

import glob
import json
import re
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from inspections.settings import Limits, memory_bytes

_SPILL = ".spill"
_PATTERN = re.compile(r"[*?\[{]")


def literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def no_pattern(path: str) -> str:
    """A path in which DuckDB finds no pattern of several files: such characters in brackets."""
    return _PATTERN.sub(lambda character: f"[{character[0]}]", path)


def parquet_rows(folder: str) -> str:
    """The rows of a folder of Parquet files, for a from clause."""
    return f"read_parquet({literal(no_pattern(folder) + '/*.parquet')}, hive_partitioning=false)"


def insert_rows(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows in one statement: row by row takes DuckDB a millisecond each.

    They are written into it as JSON. For the first value that is passed beside a statement DuckDB's
    client imports pandas, which takes as long as the rest of a small log's reading.

    Args:
        connection: The database.
        table: The table, with its columns in brackets where not all are given.
        rows: Texts, numbers, instants and None, one value per column.
    """
    if not rows:
        return
    columns = {f"c{place}": column for place, column in enumerate(zip(*rows, strict=True))}
    shape = json.dumps({name: ["VARCHAR"] for name in columns})
    values = literal(json.dumps(columns, default=str))
    connection.execute(
        f"insert into {table} select {', '.join(f'unnest(columns.{name})' for name in columns)}"
        f" from (select from_json({values}, {literal(shape)}) as columns)"
    )


def duckdb_limits(beside: Path) -> dict[str, Any]:
    """DuckDB settings for memory, threads and the spill folder beside a file.

    It has half of what ``MEMORY_LIMIT`` gives a build in all. What Dagster, dbt and Great
    Expectations hold, and what DuckDB holds beyond its own count, was measured at 1.2 to 1.7 GB
    with ten million events.

    Args:
        beside: The file. What does not fit lies in ``<name>.spill``, made when something does not.

    Returns:
        Settings of DuckDB.

    Raises:
        SettingError: A setting is not as expected.
    """
    half = memory_bytes(Limits.from_environment().memory_limit) // 2
    spill = beside.with_name(beside.name + _SPILL)
    return {"memory_limit": f"{half}B", "temp_directory": str(spill)}


def build_limits(build: Path) -> dict[str, Any]:
    """Settings of DuckDB for a file that is built whole, and thrown away or published.

    Raises:
        SettingError: A setting is not as expected.
    """
    return {
        **duckdb_limits(build),
        # Nobody recovers a build, so that it is written out once, when it is closed.
        "checkpoint_threshold": "1TB",
        # Only this DuckDB reads it, so that it may be written in the newest way: columns that are
        # null or say the same take half the time.
        "storage_compatibility_version": "latest",
        "threads": Limits.from_environment().duckdb_threads,
    }


def connect(beside: Path) -> duckdb.DuckDBPyConnection:
    """Open an in-memory database with the memory limit, which spills beside a file.

    Raises:
        SettingError: A setting is not as expected.
    """
    # A folder of its own: two databases that spill into one write into each other's files.
    spill = beside.with_name(f"{beside.name}.{secrets.token_hex(4)}{_SPILL}")
    return duckdb.connect(config={**duckdb_limits(beside), "temp_directory": str(spill)})


def remove_spills(beside: Path) -> None:
    """Remove spill folders that killed databases left beside a file.

    DuckDB leaves it there, gigabytes of a large log. Whoever asks holds the lock of the file: what
    runs would lose what it has spilled.
    """
    for spill in beside.parent.glob(f"{glob.escape(beside.name)}*{_SPILL}"):
        shutil.rmtree(spill, ignore_errors=True)


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
        # A file of views names the files that they read from its own folder on.
        connection.execute(f"set file_search_path = {literal(str(database.resolve().parent))}")
        connection.execute(f"attach {literal(str(database))} as {name} (read_only)")
        connection.execute(f"use {name}")
        yield connection


def content_of(connection: duckdb.DuckDBPyConnection, relation: str) -> tuple[Any, ...] | None:
    """Checksum of a relation's rows as a multiset, independent of their order.

    Most tables are as they were. Comparing them row by row takes ten times as long.
    """
    return connection.execute(
        f"select count(*), sum(hash(one_row)) from {relation} as one_row"
    ).fetchone()


def last_record(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """The row of ``publications`` that says what the published file in use holds now."""
    result = connection.execute("from publications order by published_at desc limit 1")
    row = result.fetchone()
    assert row is not None
    return dict(zip([column[0] for column in result.description], row, strict=True))
