"""The one door to the published file: written whole, checked, and put in place, or not at all.

What belongs here: writing the marts into a file that old clients open, and replacing the last
publication by a rename, with the folders beside it. What is in the tables does not: see
``dbt/models/marts``.
"""

import contextlib
import hashlib
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import connect, insert_rows, literal, remove_spills
from inspections.errors import BuildFailure, is_of_the_disk, raise_if_interrupted, without_paths
from inspections.files import beside, remove, swap_folder, sync
from inspections.progress import IN_PLACE, tell
from inspections.publication.changes import changed_rows, previews, previous_publication
from inspections.publication.companions import Companion, companions, write_companions
from inspections.publication.macros import published_macros
from inspections.publication.parquet_views import link_parquet, remove_unread, view_of
from inspections.publication.published_file import check_as_a_reader, remove_foreign_wal
from inspections.publication.tables import (
    PUBLICATION_COLUMNS,
    PUBLICATIONS,
    PublishedTable,
    published_tables,
)
from inspections.settings import EVERYTHING, Settings

# The oldest layout that the engine writes: clients from DuckDB 1.1 on open it.
STORAGE_VERSION = "v1.0.0"


@dataclass(frozen=True)
class Publication:
    """Result of a publication.

    Attributes:
        tables: Rows by table.
        record: The row of ``publications``.
        foreign_wal: Whether a write-ahead log of another program lay beside the file.
        changed: Rows added and removed by table, where they were compared.
        previews: The first rows of each table, as Markdown.
        seconds: How long writing each table took.
        file_bytes: The file's size.
        notes: What went wrong after the file was in place, in words: a build that published has
            not failed.
    """

    tables: dict[str, int]
    record: dict[str, Any]
    foreign_wal: bool
    file_bytes: int
    notes: tuple[str, ...] = ()
    changed: dict[str, tuple[int, int]] = field(default_factory=dict)
    previews: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def publish(
    settings: Settings,
    checks_passed: int,
    report: Callable[[str, int, int], None] = lambda table, done, of: None,
    beside_it: Mapping[Path, Companion] | None = None,
    marts: Path | None = None,
    departures: tuple[int, int] | None = None,
) -> Publication:
    """Write the built marts into a new file and put it in the place of the published one.

    The file is written beside the published one, synced, made read-only and renamed, so that a
    reader has the old publication or the new one. The folders beside it, of pages and open formats
    where the settings ask for them, are written from the new file before the rename: where one
    cannot be written, nothing is published. What readers see is counted again afterwards, in a
    process of its own, and compared with the publication before. After the rename nothing is
    raised: what goes wrong then is a note.

    Args:
        settings: The build's settings.
        checks_passed: The checks that passed, for the record.
        report: Told the table, how many are done, and of how many.
        beside_it: The folders to publish with the file, and what writes them, in place of those
            that the settings ask for.
        marts: The folder of the built marts as Parquet files, where views of them are published in
            place of tables.
        departures: How many rows depart from the review method, the accepted ones first, for the
            record; none where nothing counted them.

    Returns:
        What was published.

    Raises:
        BuildFailure: The file could not be written; the last publication stays.
    """
    target = settings.warehouse_path
    new = beside(target, "new")
    writers = companions(settings) if beside_it is None else beside_it
    folders = {folder: beside(folder, "new") for folder in writers}
    parquet: Path | None = None
    with previous_publication(target) as before:
        is_published = False
        try:
            # Of a publication that was killed. Its write-ahead log would be replayed onto the file.
            _remove_new(new, folders.values())
            # Before anything is read of the published file: it would be replayed onto that too.
            foreign_wal = remove_foreign_wal(target)
            if marts is not None:
                parquet = link_parquet(settings, marts)
            counts, record, seconds = write_file(
                settings, new, checks_passed, report, parquet, departures
            )
            for written in folders.values():
                written.mkdir()
            write_companions({folders[folder]: write for folder, write in writers.items()}, new)
            foreign_wal |= remove_foreign_wal(target)
            file_bytes = new.stat().st_size
            new.replace(target)
            is_published = True
            tell(IN_PLACE, 1, 1)
        except (OSError, duckdb.Error) as error:
            if not is_of_the_disk(error):
                raise
            raise BuildFailure(
                f"The publication could not be written: {without_paths(error)}. The last"
                " publication stays. Make room or make the folder writable, and run the build"
                " again.",
                code="disk-or-rights",
            ) from error
        finally:
            if not is_published:
                with contextlib.suppress(OSError):
                    _remove_new(new, [*folders.values(), *([parquet] if parquet else [])])
        notes: list[str] = []
        with _noting(target, notes):
            sync(target.parent)
        with _noting(target, notes):
            remove_unread(settings, parquet, before)
        for folder, written in folders.items():
            with _noting(target, notes):
                _put_in_place(written, folder, target)
        with _noting(target, notes):
            check_as_a_reader(target, counts, record["log_digest"])
        changed, shown = {}, {}
        with _noting(target, notes):
            changed = changed_rows(before, target)
        with _noting(target, notes):
            shown = previews(target)
    return Publication(
        counts, record, foreign_wal, file_bytes, tuple(notes), changed, shown, seconds
    )


@contextlib.contextmanager
def _noting(target: Path, notes: list[str]) -> Iterator[None]:
    """Note what goes wrong after the file was published, in place of raising it."""
    try:
        yield
    except BuildFailure as failure:
        notes.append(str(failure))
    except Exception as error:
        raise_if_interrupted(error)
        what = without_paths(error) if is_of_the_disk(error) else f"{type(error).__name__}: {error}"
        told = BuildFailure(
            f"{target.name} was published, but a later step failed: {what}. Run the build again."
        )
        notes.append(str(told))


def _put_in_place(written: Path, folder: Path, target: Path) -> None:
    try:
        swap_folder(written, folder)
    except OSError as error:
        raise BuildFailure(
            f"{target.name} was published, but {folder.name}/ beside it could not be"
            f" replaced: {error.strerror}. Make the folder writable, and run the build"
            " again."
        ) from error


def write_file(
    settings: Settings,
    new: Path,
    checks_passed: int = 0,
    report: Callable[[str, int, int], None] = lambda table, done, of: None,
    parquet: Path | None = None,
    departures: tuple[int, int] | None = None,
    written: Path | None = None,
    changed: Collection[str] = (),
) -> tuple[dict[str, int], dict[str, Any], dict[str, float]]:
    """Write the built marts into a new file, whole, closed and read-only, and publish nothing.

    Args:
        settings: The build's settings.
        new: The file, which is not there yet, and is not the published one.
        checks_passed: The checks that passed, for the record.
        report: Told the table, how many are done, and of how many.
        parquet: The folder of Parquet files to publish views of, in place of tables.
        departures: As for :func:`publish`.
        written: A file that was written of the same models before, whose tables are taken where
            they have not changed since.
        changed: The built tables that have, with their schema.

    Returns:
        Rows by table, the row of ``publications``, and how long writing each table took.

    Raises:
        BuildFailure: The file was not written whole.
    """
    tables = published_tables()
    if written is not None:
        shutil.copyfile(written, new)
    with connect(settings.build_path) as connection:
        connection.execute("set preserve_insertion_order = true")
        connection.execute(f"attach {literal(str(settings.build_path))} as build (read_only)")
        connection.execute(
            f"attach {literal(str(new))} as new (storage_version '{STORAGE_VERSION}')"
        )
        connection.execute("use new")
        # Where views look for the files that they name.
        connection.execute(f"set file_search_path = {literal(str(settings.data_dir))}")
        counts, seconds = {}, {}
        for done, table in enumerate(tables):
            report(table.name, done, len(tables))
            started = time.monotonic()
            if written is not None and f"marts.{table.name}" not in changed:
                (counts[table.name],) = connection.execute(
                    f"select count(*) from main.{table.name}"
                ).fetchone() or (0,)
                continue
            connection.execute(f"drop table if exists main.{table.name}")
            counts[table.name] = _write(connection, table, settings, parquet)
            seconds[table.name] = round(time.monotonic() - started, 3)
        record = _record(connection, settings, checks_passed)
        record["departures_known"], record["departures_new"] = departures or (None, None)
        counts[PUBLICATIONS] = _write_publications(connection, settings, record)
        if written is None:
            for statement in duckdb.extract_statements(published_macros()):
                connection.execute(statement.query)
        connection.execute("use memory")
        connection.execute("checkpoint new")
        connection.execute("detach new")
        connection.execute("detach build")
    if new.with_name(new.name + ".wal").exists():
        raise BuildFailure(
            "The new file is incomplete: DuckDB left its write-ahead log. The last publication"
            " stays. Run the build again.",
            code="disk-or-rights",
        )
    sync(new)
    new.chmod(0o444)
    return counts, record, seconds


def _remove_new(new: Path, folders: Iterable[Path]) -> None:
    remove(new)
    remove(new.with_name(new.name + ".wal"))
    remove_spills(new)
    for folder in folders:
        if folder.exists():
            shutil.rmtree(folder)


def _write(
    connection: duckdb.DuckDBPyConnection,
    table: PublishedTable,
    settings: Settings,
    parquet: Path | None,
) -> int:
    names = ", ".join(table.columns)
    if parquet is not None:
        rows = view_of(settings, parquet, table.name)
        # With their table: alone, a name would be taken for a macro's parameter of that name.
        qualified = ", ".join(f"parquet.{name}" for name in table.columns)
        connection.execute(
            f"create view main.{table.name} as select {qualified} from {rows} as parquet"
        )
        _comment(connection, table.name, table.description, table.columns, kind="view")
        (count,) = connection.execute(f"select count(*) from main.{table.name}").fetchone() or (0,)
        return int(count)
    # What the key leaves open is settled too, so that no order of files shows in the rows.
    settling = [
        name
        for name in ("event_id", "judged_event_id", "reported_event_id", "unit", "valid_from")
        if name in table.columns and name not in table.sort_key
    ]
    keys = ", ".join(f"{name} nulls first" for name in (*table.sort_key, *settling))
    # A hundred million rows that come in their order are not sorted once more.
    is_in_order = table.is_in_order and settings.engine == "duckdb"
    order = "" if is_in_order else f" order by {keys}"
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
    kind: str = "table",
) -> None:
    # Together: each commit waits for the disk, and there are hundreds of columns.
    connection.begin()
    connection.execute(f"comment on {kind} main.{table} is {literal(description)}")
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
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in PUBLICATION_COLUMNS.items())
    connection.execute(f"create or replace table main.{PUBLICATIONS} ({columns})")
    if settings.warehouse_path.exists():
        connection.execute(
            f"attach {literal(str(settings.warehouse_path))} as published (read_only)"
        )
        # A file of an earlier version has fewer columns.
        there = {
            name
            for (name,) in connection.execute(
                "select column_name from duckdb_columns() where database_name = 'published'"
                f" and schema_name = 'main' and table_name = '{PUBLICATIONS}'"
            ).fetchall()
        }
        names = ", ".join(name for name in PUBLICATION_COLUMNS if name in there)
        connection.execute(
            f"insert into main.{PUBLICATIONS} ({names}) select {names}"
            f" from published.main.{PUBLICATIONS} order by published_at"
        )
        connection.execute("detach published")
    insert_rows(connection, f"main.{PUBLICATIONS} ({', '.join(record)})", [tuple(record.values())])
    _comment(
        connection,
        PUBLICATIONS,
        "One row per publication of this file; the last one is its present content.",
        {name: text for name, (_, text) in PUBLICATION_COLUMNS.items()},
    )
    row = connection.execute(f"select count(*) from main.{PUBLICATIONS}").fetchone()
    return int(row[0]) if row else 0
