"""The published file: only what readers need, whole or not at all.

What belongs here: writing the marts into a file that old clients open, replacing the last
publication by a rename, the guard that compares the log with what was published, and reading
what is published. What is in the tables does not: see ``dbt/models/marts``.
"""

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import attached, connect, literal, sync
from inspections.errors import BuildFailure
from inspections.settings import DBT_PROJECT, EVERYTHING, Settings

MACROS = Path(__file__).with_name("published_macros.sql")
# The oldest layout that the engine writes: clients from DuckDB 1.1 on open it.
STORAGE_VERSION = "v1.0.0"
PUBLICATIONS = "publications"
_PUBLICATION_COLUMNS = {
    "published_at": ("timestamp", "When it was published (UTC)."),
    "known_at": (
        "timestamp",
        "The instant (UTC) whose knowledge it shows; null for everything known.",
    ),
    "event_count": ("bigint", "The events in its log."),
    "log_digest": (
        "varchar",
        "The digest of what its events say, whatever their order, files or quoting.",
    ),
    "rows_in_files": (
        "bigint",
        "Rows in the event files, as far as known at the instant.",
    ),
    "rows_accepted": ("bigint", "Rows that are in the log."),
    "rows_duplicate": ("bigint", "Rows that repeat an event: counted once."),
    "rows_rejected": ("bigint", "Rows with a fault: see rejected_rows."),
    "rows_waiting": ("bigint", "Rows that name what the log does not know yet."),
    "checks_passed": ("bigint", "Checks that passed before it was published."),
}


@dataclass(frozen=True)
class PublishedTable:
    """A table of the published file, as its model declares it."""

    name: str
    description: str
    columns: dict[str, str]
    sort_key: tuple[str, ...]
    is_in_order: bool


@dataclass(frozen=True)
class Publication:
    """What was published.

    Attributes:
        tables: Rows by table.
        record: The row of ``publications``.
        foreign_wal: Whether a write-ahead log of another program lay beside the file.
    """

    tables: dict[str, int]
    record: dict[str, Any]
    foreign_wal: bool


# Writes a folder that is published with the file: given the new file, whole and closed, and the
# empty new folder.
Companion = Callable[[Path, Path], None]


def published_tables() -> list[PublishedTable]:
    """The marts that are published, from dbt's manifest, by name."""
    manifest = json.loads((DBT_PROJECT / "target" / "manifest.json").read_text("utf-8"))
    tables = []
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model" and node["schema"] == "marts":
            tables.append(
                PublishedTable(
                    name=node["name"],
                    description=" ".join(node["description"].split()),
                    columns={
                        column["name"]: " ".join(column["description"].split())
                        for column in node["columns"].values()
                    },
                    sort_key=tuple(node["config"]["meta"]["sort_key"]),
                    is_in_order=node["config"]["meta"].get("is_in_order", False),
                )
            )
    return sorted(tables, key=lambda table: table.name)


def check_log_is_unaltered(settings: Settings, first: int = 20) -> int:
    """Hold the log to what was published: no event altered, none gone.

    Args:
        settings: The build's settings.
        first: How many altered events are told in words.

    Returns:
        The number of published events that were found unaltered.

    Raises:
        BuildFailure: An event that was published says something else now, or is in no file.
    """
    if not settings.warehouse_path.exists():
        return 0
    with attached(settings.build_path, "build") as connection:
        try:
            connection.execute(
                f"attach {literal(str(settings.warehouse_path))} as published (read_only)"
            )
            known = connection.execute(
                "select count(*) from duckdb_tables() where database_name = 'published'"
                " and schema_name = 'main' and table_name = 'events'"
            ).fetchone()
        except duckdb.Error:
            known = None
        if not known or not known[0]:
            raise BuildFailure(
                f"{settings.warehouse_path.name} is not a publication of this warehouse, so it"
                " is not replaced. Move it away, or publish elsewhere with --warehouse."
            )
        scope = (
            ""
            if settings.known_at == EVERYTHING
            else f"where recorded_at <= cast({literal(settings.known_at)} as timestamp)"
        )
        connection.execute(
            f"""
            create temp table altered as
            select published.event_id, published.event_digest
            from (
                select distinct event_id, event_digest from published.main.events {scope}
            ) as published
            anti join build.intermediate.int_event_rows as row_now
                on published.event_id = row_now.event_id
                and published.event_digest = row_now.event_digest
            """
        )
        (altered_count,) = connection.execute("select count(*) from altered").fetchone() or (0,)
        (published_count,) = connection.execute(
            f"select count(distinct event_id) from published.main.events {scope}"
        ).fetchone() or (0,)
        if not altered_count:
            return int(published_count)
        details = [
            _alteration(connection, event_id)
            for (event_id,) in connection.execute(
                f"select event_id from altered order by event_id limit {first}"
            ).fetchall()
        ]
    if altered_count > len(details):
        details.append(f"… and {altered_count - len(details)} more")
    raise BuildFailure(
        f"{altered_count} published event(s) were altered in the files, or are gone from them."
        " The log is append-only: restore the rows, and answer a mistake by a correction or a"
        " retraction (see seeds/README.md).",
        details,
    )


def _alteration(connection: duckdb.DuckDBPyConnection, event_id: str) -> str:
    """Say what became of one published event."""
    was = _as_dict(connection, "published.main.events", event_id)
    now = _as_dict(connection, "build.intermediate.int_event_rows", event_id)
    assert was is not None
    place = f"{was['file_name']} line {was['line_number']}, event_id {event_id}"
    if now is None:
        return f"{place}: the row is gone"
    # What is resolved or counted by the build is not what the row says.
    ignored = {"file_name", "line_number", "event_digest", "establishment_id"}
    differences = [
        f"{name} was {was[name]!s}, is {now[name]!s}"
        for name in now
        if name in was and name not in ignored and was[name] != now[name]
    ]
    if was["establishment_id"] and now["establishment_id"] not in (
        None,
        was["establishment_id"],
    ):
        differences.append(
            f"establishment_id was {was['establishment_id']}, is {now['establishment_id']}"
        )
    return (
        f"{now['file_name']} line {now['line_number']}, event_id {event_id}:"
        f" {'; '.join(differences) or 'its text was altered'}"
    )


def _as_dict(
    connection: duckdb.DuckDBPyConnection, table: str, event_id: str
) -> dict[str, Any] | None:
    result = connection.execute(
        f"select * from {table} where event_id = ? order by all limit 1", [event_id]
    )
    row = result.fetchone()
    if row is None:
        return None
    return dict(zip([column[0] for column in result.description], row, strict=True))


def publish(
    settings: Settings,
    checks_passed: int,
    report: Callable[[str, int, int], None] = lambda table, done, of: None,
    companions: Mapping[Path, Companion] | None = None,
) -> Publication:
    """Write the built marts into a new file and put it in the place of the published one.

    The file is written beside the published one, synced, made read-only and renamed, so that a
    reader has the old publication or the new one. What readers see is counted again afterwards,
    in a process of its own.

    Args:
        settings: The build's settings.
        checks_passed: The checks that passed, for the record.
        report: Told the table, how many are done, and of how many.
        companions: Folders that are published with the file, and what writes them. Where one
            cannot be written, nothing is published.

    Returns:
        What was published.

    Raises:
        BuildFailure: The file could not be written or does not read back as written; the last
            publication stays.
    """
    target = settings.warehouse_path
    new = target.with_name(f".{target.name}.new")
    folders = {folder: _beside(folder, "new") for folder in companions or {}}
    tables = published_tables()
    is_published = False
    try:
        # Of a publication that was killed. Its write-ahead log would be replayed onto the new file.
        _remove_new(new, folders.values())
        # Before anything is read of the published file: it would be replayed onto that too.
        foreign_wal = remove_foreign_wal(settings)
        with connect(settings.build_path) as connection:
            connection.execute("set preserve_insertion_order = true")
            connection.execute(f"attach {literal(str(settings.build_path))} as build (read_only)")
            connection.execute(
                f"attach {literal(str(new))} as new (storage_version '{STORAGE_VERSION}')"
            )
            connection.execute("use new")
            counts = {}
            for done, table in enumerate(tables):
                report(table.name, done, len(tables))
                counts[table.name] = _write(connection, table)
            record = _record(connection, settings, checks_passed)
            counts[PUBLICATIONS] = _write_publications(connection, settings, record)
            for statement in duckdb.extract_statements(MACROS.read_text("utf-8")):
                connection.execute(statement.query)
            connection.execute("use memory")
            connection.execute("checkpoint new")
            connection.execute("detach new")
            connection.execute("detach build")
        if new.with_name(new.name + ".wal").exists():
            raise BuildFailure("The new file was not written whole: its write-ahead log is left.")
        sync(new)
        new.chmod(0o444)
        for folder, write in (companions or {}).items():
            folders[folder].mkdir()
            write(new, folders[folder])
        foreign_wal |= remove_foreign_wal(settings)
        new.replace(target)
        is_published = True
        sync(target.parent)
    except (OSError, duckdb.Error) as error:
        if not _is_of_the_disk(error):
            raise
        raise BuildFailure(
            f"The publication could not be written: {_plain(error, settings)}. The last"
            " publication stays. Make room or make the folder writable, and run the build again."
        ) from error
    finally:
        if not is_published:
            with contextlib.suppress(OSError):
                _remove_new(new, folders.values())
    for folder, written in folders.items():
        try:
            swap_folder(written, folder)
        except OSError as error:
            raise BuildFailure(
                f"{target.name} was published, but {folder.name}/ beside it could not be replaced:"
                f" {error.strerror}. Make the folder writable, and run the build again."
            ) from error
    _check_as_a_reader(target, counts, record)
    return Publication(counts, record, foreign_wal)


def remove_foreign_wal(settings: Settings) -> bool:
    """Remove the write-ahead log that a client left which opened the published file for writing.

    Every reader would replay it onto whatever publication lies there. A build never writes one.
    Beside a file that is no publication it is left: there it is nobody's mistake.

    Returns:
        Whether there was one.
    """
    wal = settings.warehouse_path.with_name(settings.warehouse_path.name + ".wal")
    if not wal.exists() or not _is_publication(settings.warehouse_path):
        return False
    return _remove(wal)


def _is_publication(path: Path) -> bool:
    """Whether a file is one that this warehouse published, whatever log lies beside it."""
    with tempfile.TemporaryDirectory() as elsewhere, duckdb.connect() as connection:
        # Under another name the log that lies beside it is not replayed.
        alone = Path(elsewhere) / "alone.duckdb"
        alone.symlink_to(path)
        try:
            connection.execute(f"attach {literal(str(alone))} as alone (read_only)")
            row = connection.execute(
                "select count(*) from duckdb_tables() where database_name = 'alone' and"
                f" schema_name = 'main' and table_name in ('events', '{PUBLICATIONS}')"
            ).fetchone()
        except duckdb.Error:
            return False
        return row == (2,)


def swap_folder(new: Path, target: Path) -> None:
    """Put a folder in the place of another, which is removed: readers find one or the other.

    Linux exchanges the two in one step. Elsewhere there are two renames, with an instant between
    them at which a reader finds no folder.
    """
    old = _beside(target, "old")
    shutil.rmtree(old, ignore_errors=True)
    if not target.exists():
        new.rename(target)
    elif _exchange(new, target):
        shutil.rmtree(new)
    else:
        target.rename(old)
        new.rename(target)
        shutil.rmtree(old)
    sync(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step, where the system can; tell whether it did."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2
    return bool(renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f".{folder.name}.{what}")


def _remove_new(new: Path, folders: Iterable[Path]) -> None:
    _remove(new)
    _remove(new.with_name(new.name + ".wal"))
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)


def _is_of_the_disk(error: Exception) -> bool:
    """Whether an error is one of writing, not of the program."""
    # DuckDB wraps what the system says: of a full disk in a failed commit or checkpoint too.
    told = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.EIO)
    return isinstance(error, (OSError, duckdb.IOException)) or any(
        os.strerror(number) in str(error) for number in told
    )


def _plain(error: Exception, settings: Settings) -> str:
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.replace(str(settings.data_dir), "").split("\n")[0]


def _write(connection: duckdb.DuckDBPyConnection, table: PublishedTable) -> int:
    names = ", ".join(table.columns)
    # What the key leaves open is settled too, so that no order of files shows in the rows.
    settling = [
        name
        for name in ("event_id", "judged_event_id", "reported_event_id", "unit", "valid_from")
        if name in table.columns and name not in table.sort_key
    ]
    keys = ", ".join(f"{name} nulls first" for name in (*table.sort_key, *settling))
    # A hundred million rows that come in their order are not sorted once more.
    order = "" if table.is_in_order else f" order by {keys}"
    row = connection.execute(
        f"create table main.{table.name} as select {names} from build.marts.{table.name}{order}"
    ).fetchone()
    _comment(connection, table.name, table.description, table.columns)
    return int(row[0]) if row else 0


def _comment(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    description: str,
    columns: dict[str, str],
) -> None:
    # Together: each commit waits for the disk, and there are hundreds of columns.
    connection.begin()
    connection.execute(f"comment on table main.{table} is {literal(description)}")
    for name, text in columns.items():
        connection.execute(f"comment on column main.{table}.{name} is {literal(text)}")
    connection.commit()


def _record(
    connection: duckdb.DuckDBPyConnection, settings: Settings, checks_passed: int
) -> dict[str, Any]:
    # A sum of the events' digests: the same in any order, another when any event differs.
    count, low, high = connection.execute(
        """
        select
            count(*),
            sum(md5_number_lower(event_digest)),
            sum(md5_number_upper(event_digest))
        from (select distinct event_id, event_digest from main.events)
        """
    ).fetchone() or (0, 0, 0)
    digest = hashlib.sha256(f"{count} {low} {high}".encode()).hexdigest()
    known_at = None
    if settings.known_at != EVERYTHING:
        known_at = datetime.fromisoformat(settings.known_at).replace(tzinfo=None)
    return {
        "published_at": datetime.now(UTC).replace(tzinfo=None),
        "known_at": known_at,
        "event_count": count,
        "log_digest": digest,
        **_row_counts(connection),
        "checks_passed": checks_passed,
    }


def _row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Count the rows of the files by verdict."""
    counts = dict(
        connection.execute(
            "select verdict, count(*) from build.intermediate.int_unaccepted_rows group by all"
        ).fetchall()
    )
    (accepted,) = connection.execute(
        "select count(distinct (file_name, line_number)) from build.intermediate.int_log"
    ).fetchone() or (0,)
    verdicts = {
        "accepted": accepted,
        "duplicate": 0,
        "rejected": 0,
        "waiting": 0,
        **counts,
    }
    return {
        "rows_in_files": sum(verdicts.values()),
        **{f"rows_{verdict}": count for verdict, count in verdicts.items()},
    }


def _write_publications(
    connection: duckdb.DuckDBPyConnection, settings: Settings, record: dict[str, Any]
) -> int:
    """Carry the record of earlier publications on, and add this one."""
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in _PUBLICATION_COLUMNS.items())
    connection.execute(f"create table main.{PUBLICATIONS} ({columns})")
    names = ", ".join(_PUBLICATION_COLUMNS)
    if settings.warehouse_path.exists():
        connection.execute(
            f"attach {literal(str(settings.warehouse_path))} as published (read_only)"
        )
        connection.execute(
            f"insert into main.{PUBLICATIONS} select {names}"
            f" from published.main.{PUBLICATIONS} order by published_at"
        )
        connection.execute("detach published")
    marks = ", ".join("?" * len(record))
    connection.execute(
        f"insert into main.{PUBLICATIONS} ({', '.join(record)}) values ({marks})",
        list(record.values()),
    )
    _comment(
        connection,
        PUBLICATIONS,
        "One row per publication of this file, the last one being what it holds now.",
        {name: text for name, (_, text) in _PUBLICATION_COLUMNS.items()},
    )
    row = connection.execute(f"select count(*) from main.{PUBLICATIONS}").fetchone()
    return int(row[0]) if row else 0


def _check_as_a_reader(target: Path, counts: dict[str, int], record: dict[str, Any]) -> None:
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
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode or json.loads(result.stdout) != [counts, record["log_digest"]]:
        raise BuildFailure(
            f"{target.name} was published, but a new reader does not see what was written."
            " Another program may be writing to it: close what has it open for writing, and run"
            " the build again."
        )


def _remove(path: Path) -> bool:
    """Remove a leftover file; tell whether there was one."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True
