"""The published file as something to be read: what it holds, and that readers see it.

What belongs here: the last publication's record, the tables of the file, the write-ahead log that
another program may have left beside it, and the look at it through a new reader's eyes. What does
not: writing it (:mod:`inspections.publication.publish`).
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from inspections.database import attached, literal
from inspections.errors import BuildFailure
from inspections.files import remove
from inspections.processes import child_environment
from inspections.publication.parquet_views import check_rows_are_there
from inspections.publication.tables import PUBLICATIONS

# What a published file holds: its tables, or views in the place of them.
RELATIONS = """(
    select database_name, schema_name, table_name as name, comment, estimated_size
    from duckdb_tables()
    union all
    select database_name, schema_name, view_name, comment, null
    from duckdb_views()
    where not internal
)"""


@dataclass(frozen=True)
class Column:
    """A column of a published table."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A published table, as the file itself describes it."""

    name: str
    description: str
    columns: tuple[Column, ...]
    rows: int


@contextmanager
def publication_in_use(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Read a published file, as the catalog ``warehouse``.

    Args:
        warehouse: The published file.

    Yields:
        The connection.

    Raises:
        BuildFailure: There is no such file, or it is no publication of this warehouse.
    """
    if not warehouse.exists():
        raise BuildFailure(
            f"There is no publication {warehouse.name} yet: run inspections build, or name one"
            " with --warehouse."
        )
    if not is_publication(warehouse):
        raise BuildFailure(
            f"{warehouse.name} is not a publication of this warehouse. Name one with --warehouse.",
            code="not-a-publication",
        )
    with attached(warehouse, "warehouse") as connection:
        check_rows_are_there(connection, "warehouse", warehouse)
        yield connection


def described_tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables of the published file in use, as it describes itself, by name."""
    columns: dict[str, list[Column]] = {}
    for table, *column in connection.execute(
        "select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns()"
        " where database_name = current_database() order by table_name, column_index"
    ).fetchall():
        columns.setdefault(table, []).append(Column(*column))
    tables = []
    for name, comment in connection.execute(
        f"select name, coalesce(comment, '') from {RELATIONS}"
        " where database_name = current_database() order by name"
    ).fetchall():
        (rows,) = connection.execute(f"select count(*) from {name}").fetchone() or (0,)
        tables.append(Table(name, comment, tuple(columns[name]), rows))
    return tables


def remove_foreign_wal(warehouse: Path) -> bool:
    """Remove the write-ahead log that a client left which opened the published file for writing.

    Every reader would replay it onto whatever publication lies there. A build never writes one.
    Beside a file that is no publication it is left: there it is nobody's mistake.

    Returns:
        Whether there was one.
    """
    wal = warehouse.with_name(warehouse.name + ".wal")
    if not wal.exists() or not is_publication(warehouse):
        return False
    return remove(wal)


def is_publication(path: Path) -> bool:
    """Whether this warehouse published a file, ignoring any write-ahead log beside it."""
    with tempfile.TemporaryDirectory() as elsewhere, duckdb.connect() as connection:
        # Under another name the log that lies beside it is not replayed.
        alone = Path(elsewhere) / "alone.duckdb"
        alone.symlink_to(path.resolve())
        try:
            connection.execute(f"attach {literal(str(alone))} as alone (read_only)")
            row = connection.execute(
                f"select count(*) from {RELATIONS} where database_name = 'alone' and"
                f" schema_name = 'main' and name in ('events', '{PUBLICATIONS}')"
            ).fetchone()
        except duckdb.Error:
            return False
        return row == (2,)


def check_as_a_reader(target: Path, counts: dict[str, int], log_digest: str) -> None:
    """Read the counts and the digest back as a client would, in a process of its own."""
    names = sorted(counts)
    script = (
        "import duckdb, json, sys\n"
        "path, names = sys.argv[1], sys.argv[2:]\n"
        "connection = duckdb.connect(path, read_only=True)\n"
        "counts = {n: connection.execute(f'select count(*) from {n}').fetchone()[0]"
        " for n in names}\n"
        "last = connection.execute('select log_digest from publications"
        " order by published_at desc limit 1').fetchone()[0]\n"
        "print(json.dumps([counts, last]))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, str(target), *names],
        cwd=target.parent,
        env=child_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode or json.loads(result.stdout) != [counts, log_digest]:
        raise BuildFailure(
            f"{target.name} was published, but a new reader does not see what was written."
            " Another program may be writing to it: close it there, and run the build again.",
            code="open-for-writing",
        )
