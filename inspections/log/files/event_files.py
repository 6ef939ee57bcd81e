"""Event files as text in DuckDB, with file name and physical line, and nothing dropped.

What belongs here: reading the files that :mod:`inspections.log.files.event_folder` finds, and
making them tables of text. Judging the values does not: that is SQL, in ``dbt/models``.

A file goes one of two ways with the same result. A large one whose bytes are proved clean is
read in place by DuckDB. Any other is read strictly (:mod:`inspections.log.files.csv_records`), a
block at a time, and its readable rows are written out for DuckDB beside the build: those of a
block that is proved clean at once, those of any other record by record.
"""

import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb

from inspections.database import insert_rows, literal, no_pattern
from inspections.files import check_is_regular
from inspections.log.declaration import EventType, check_declaration, event_types
from inspections.log.files.csv_records import BLOCK_BYTES
from inspections.log.files.event_folder import EventFolderError, event_file_paths
from inspections.log.files.file_reading import (
    Refusal,
    Refusals,
    RowWriters,
    ScannedFile,
    WrittenRows,
    read_file,
)
from inspections.log.files.readings_elsewhere import WORTH_A_PROCESS_BYTES, readings_elsewhere

SCHEMA = "event_files"
# Below this, reading strictly costs less than one more file for DuckDB to open.
DIRECT_FROM_BYTES = 8 * 2**20
_LONGEST_RECORD = 2 * 2**20


@dataclass(frozen=True)
class LogScan:
    """The files of one folder as they were read."""

    files: tuple[ScannedFile, ...]


def load_event_files(
    connection: duckdb.DuckDBPyConnection,
    events_dir: Path,
    work_dir: Path,
    direct_from_bytes: int = DIRECT_FROM_BYTES,
    block_bytes: int = BLOCK_BYTES,
    worth_a_process_bytes: int = WORTH_A_PROCESS_BYTES,
    counts_lines: bool = False,
) -> LogScan:
    """Make the event files of a folder tables of text in schema ``event_files``.

    One relation a declared type, in the declaration's column order with ``file_name`` and
    ``line_number`` after it (null in a file read in place whose rows are a line each: there the
    n-th row is on line n + 1), ``unreadable_rows`` for what cannot be read without doubt, and
    ``files`` with the counts. Rows in a file are its readable and its unreadable ones.

    Args:
        connection: The database that the build runs in.
        events_dir: The folder of the log.
        work_dir: Where readable rows are written for DuckDB; made where it is missing, and
            rid of what an earlier run wrote there.
        direct_from_bytes: The size in bytes from which a clean file is read in place.
        block_bytes: How many bytes of any other file are read at a time.
        worth_a_process_bytes: How many bytes of large files another process is started for.
        counts_lines: Whether ``line_number`` is never null, for rows that are to leave DuckDB and
            with it their order; reading then keeps to one thread a file.

    Returns:
        What was found, to see later whether a file has changed since.

    Raises:
        EventFolderError: There is no log to read.
        DeclarationError: A type or column is declared that no model heeds.
    """
    check_declaration()
    paths = event_file_paths(events_dir)
    _clear(work_dir, events_dir)
    connection.execute(f"drop schema if exists {SCHEMA} cascade")
    connection.execute(f"create schema {SCHEMA}")
    connection.execute(
        f"create table {SCHEMA}.unreadable_rows (file_name varchar, line_number bigint,"
        " event_id varchar, column_name varchar, value varchar, reason varchar)"
    )

    def insert(refused: list[Refusal]) -> None:
        insert_rows(connection, f"{SCHEMA}.unreadable_rows", refused)

    refusals = Refusals(insert)
    scans = [ScannedFile(path, event_types().get(path.name.split(".")[0])) for path in paths]
    large = [scanned for scanned in scans if _may_be_direct(scanned, direct_from_bytes)]
    written: list[WrittenRows] = []
    with (
        readings_elsewhere(large, work_dir, block_bytes, worth_a_process_bytes) as elsewhere,
        ExitStack() as stack,
    ):
        writers = RowWriters(work_dir, stack)
        # What this process reads comes first, as the others take their time.
        for scanned in sorted(scans, key=elsewhere.reads):
            if elsewhere.has_read(scanned):
                written += elsewhere.take(scanned, refusals)
            else:
                read_file(scanned, scanned in large, block_bytes, writers, refusals)
    refusals.flush()
    written += writers.written()
    scan = LogScan(tuple(scans))
    for event_type in event_types().values():
        _create_rows(connection, event_type, scan, written, counts_lines)
    _create_accounts(connection, scan)
    return scan


def _clear(work_dir: Path, events_dir: Path) -> None:
    """Make the work folder, and remove only the files of an earlier run from it."""
    if work_dir.resolve() == events_dir.resolve():
        raise EventFolderError(
            f"BUILD_PATH puts the work files into the events folder {events_dir.name!r}."
            " Name another folder."
        )
    work_dir.mkdir(parents=True, exist_ok=True)
    types = "|".join(event_types())
    of_a_process = "[.][0-9a-f]{8}-[0-9]+"
    ours = re.compile(rf"({types})({of_a_process})?[.]csv|refused{of_a_process}[.]jsonl")
    for file in work_dir.iterdir():
        if ours.fullmatch(file.name):
            file.unlink()


def _may_be_direct(scanned: ScannedFile, direct_from_bytes: int) -> bool:
    """Whether a file is large enough to be proved clean, and one that can be."""
    try:
        check_is_regular(scanned.path)
        return (
            scanned.event_type is not None
            and scanned.path.stat().st_size >= direct_from_bytes
            and _is_utf8(scanned.path.resolve())
        )
    except OSError:
        return False


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _read_csv(path: Path, columns: Iterable[str], is_event_file: bool, longest: int) -> str:
    # Everything that DuckDB would otherwise tell from the path is said: patterns, `name=value`
    # folders, a link to a name that ends in .gz.
    place = no_pattern(str(path.resolve()))
    # In rows of our own a text may hold a lone carriage return, which DuckDB takes for a line
    # end unless told. Of an event file it must not be said: where a header and CRLF come together,
    # DuckDB then reads no row, without an error.
    own = "header=true" if is_event_file else "header=false, new_line='\\n'"
    types = ", ".join(f"{literal(name)}: 'varchar'" for name in columns)
    return (
        f"read_csv({literal(place)}, columns={{{types}}}, auto_detect=false,"
        f" {own}, delim=',', quote='\"', escape='\"', nullstr='',"
        f" strict_mode=true, compression='none',"
        f" hive_partitioning=false, max_line_size={max(_LONGEST_RECORD, 2 * longest)})"
    )


def _create_rows(
    connection: duckdb.DuckDBPyConnection,
    event_type: EventType,
    scan: LogScan,
    written: list[WrittenRows],
    counts_lines: bool,
) -> None:
    names = event_type.column_names
    listed = ", ".join(names)
    selects = []
    for rows in written:
        if rows.event_type != event_type.name:
            continue
        source = _read_csv(rows.path, (*names, "file_name", "line_number"), False, rows.longest)
        selects.append(
            f"select {listed}, file_name, cast(line_number as bigint) as line_number from {source}"
        )
    for scanned in scan.files:
        if scanned.event_type != event_type or scanned.direct is None:
            continue
        clean = scanned.direct
        if clean.has_line_breaks:
            text = f"concat({', '.join(clean.header)})"
            lines = f"1 + length({text}) - length(replace({text}, chr(10), ''))"
            line_number = (
                f"2 + coalesce(sum({lines}) over (rows between unbounded preceding"
                " and 1 preceding), 0)"
            )
        elif counts_lines:
            line_number = "1 + row_number() over ()"
        else:
            # A line a row, which the replay counts from the rows' order: a window over them, which
            # alone could do it here, would hold the parsing and all that follows to one thread.
            line_number = "null"
        stated = ", ".join(
            name if name in clean.header else f"cast(null as varchar) as {name}" for name in names
        )
        selects.append(
            f"select {stated}, {literal(scanned.name)} as file_name,"
            f" cast({line_number} as bigint) as line_number"
            " from " + _read_csv(scanned.path, clean.header, True, clean.longest_record)
        )
    if not selects:
        empty = ", ".join(f"cast(null as varchar) as {name}" for name in names)
        selects.append(
            f"select {empty}, cast(null as varchar) as file_name,"
            " cast(null as bigint) as line_number where false"
        )
    connection.execute(
        f"create or replace view {SCHEMA}.{event_type.name} as {' union all '.join(selects)}"
    )


def _create_accounts(connection: duckdb.DuckDBPyConnection, scan: LogScan) -> None:
    connection.execute(
        f"create or replace table {SCHEMA}.files (file_name varchar, event_type varchar,"
        " bytes bigint, sha256 varchar, modified_ns bigint, rows_in_file bigint,"
        " rows_readable bigint, rows_unreadable bigint)"
    )
    insert_rows(
        connection,
        f"{SCHEMA}.files",
        [
            (
                scanned.name,
                scanned.event_type.name if scanned.event_type else None,
                scanned.bytes,
                scanned.sha256,
                scanned.modified_ns,
                scanned.rows_in_file,
                scanned.rows_readable,
                scanned.rows_unreadable,
            )
            for scanned in scan.files
        ],
    )
