"""Event files as text in DuckDB, with file name and physical line, and nothing dropped.

What belongs here: reading the files that :mod:`inspections.log.files.event_folder` finds, and
making them tables of text. Judging the values does not: that is SQL, in ``dbt/models``.

A file goes one of two ways with the same result. A large one whose bytes are proved clean is
read in place by DuckDB. Any other is read strictly (:mod:`inspections.log.files.csv_records`), a
block at a time, and its readable rows are written out for DuckDB beside the build: those of a
block that is proved clean at once, those of any other record by record. Both ways stand here
together, at over 500 lines, since each is right only where the other would read the same.
"""

import csv
import difflib
import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from inspections.database import insert_rows, literal, no_pattern
from inspections.files import check_is_regular
from inspections.log.declaration import EventType, check_declaration, event_types
from inspections.log.files.clean_blocks import Block, CleanFile, header_of, prove_clean
from inspections.log.files.csv_records import BLOCK_BYTES, Record, RecordReader, shown
from inspections.log.files.event_folder import EventFolderError, event_file_paths, shown_name
from inspections.log.files.proofs_elsewhere import (
    WORTH_A_PROCESS_BYTES,
    ProofsElsewhere,
    proofs_elsewhere,
    state_of,
)

SCHEMA = "event_files"
# Below this, reading strictly costs less than one more file for DuckDB to open.
DIRECT_FROM_BYTES = 8 * 2**20
_LONGEST_RECORD = 2 * 2**20


@dataclass
class ScannedFile:
    """What is known of one file before DuckDB reads it.

    Attributes:
        path: Where it lies.
        event_type: The type that its name gives, or None where it gives none that is known.
        bytes: Its size.
        modified_ns: When it was changed, as the file system has it.
        sha256: The digest of its bytes.
        rows_in_file: Its records less the header.
        rows_readable: Those passed on as text.
        rows_unreadable: Those that are not, and stand in ``unreadable_rows``.
        direct: How DuckDB reads it in place, or None where it was read strictly.
    """

    path: Path
    event_type: EventType | None
    bytes: int = 0
    modified_ns: int = 0
    sha256: str = ""
    rows_in_file: int = 0
    rows_readable: int = 0
    rows_unreadable: int = 0
    direct: "CleanFile | None" = None

    @property
    def name(self) -> str:
        """The file's name, as :func:`shown_name` has it."""
        return shown_name(self.path)


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
        worth_a_process_bytes: How many bytes of clean files another process is started for.
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
    refusals = _Refusals(connection)
    with ExitStack() as stack:
        writers = _RowWriters(work_dir, stack)
        files = []
        scans = [ScannedFile(path, event_types().get(path.name.split(".")[0])) for path in paths]
        large = [one.path for one in scans if _may_be_direct(one, direct_from_bytes)]
        proofs = stack.enter_context(proofs_elsewhere(large, worth_a_process_bytes))
        for scanned in scans:
            stream = _scan(scanned, refusals, scanned.path in large, proofs)
            if stream:
                with stream:
                    _read_strictly(scanned, RecordReader(stream, block_bytes), writers, refusals)
            files.append(scanned)
        scan = LogScan(tuple(files))
    refusals.flush()
    for event_type in event_types().values():
        _create_rows(connection, event_type, scan, writers, counts_lines)
    _create_accounts(connection, scan)
    return scan


def _clear(work_dir: Path, events_dir: Path) -> None:
    """Make the work folder, without the rows of an earlier run: those files alone are ours."""
    if work_dir.resolve() == events_dir.resolve():
        raise EventFolderError(
            f"The events folder {events_dir.name!r} is named as the work folder too, where files"
            " are removed and written. Name another folder for the work."
        )
    work_dir.mkdir(parents=True, exist_ok=True)
    for name in event_types():
        (work_dir / f"{name}.csv").unlink(missing_ok=True)


class _RowWriters:
    """One file of readable rows a type, opened when its first row comes."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._writers: dict[str, Any] = {}
        self.paths: dict[str, Path] = {}
        self.longest: dict[str, int] = {}

    def write(
        self, event_type: EventType, rows: Iterable[Iterable[str | int]], longest: int
    ) -> None:
        """Write rows, none longer than so many bytes once each of its values stands in quotes."""
        name = event_type.name
        if name not in self._writers:
            path = self._folder / f"{name}.csv"
            stream = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            # Python leaves a lone carriage return unquoted, which DuckDB takes for a line end.
            self._writers[name] = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
            self.paths[name] = path
        self.longest[name] = max(self.longest.get(name, 0), longest)
        self._writers[name].writerows(rows)


class _Refusals:
    """The table of rows that cannot be read, filled some thousands at a time."""

    _BATCH = 2_000

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._rows: list[tuple[Any, ...]] = []
        connection.execute(
            f"create or replace table {SCHEMA}.unreadable_rows (file_name varchar,"
            " line_number bigint, event_id varchar, column_name varchar, value varchar,"
            " reason varchar)"
        )

    def note(
        self,
        scanned: ScannedFile,
        record: Record,
        column: str | None,
        value: str,
        reason: str,
        event_id: str | None = None,
    ) -> None:
        event_id = shown(event_id) if event_id else None
        self._rows.append((scanned.name, record.line_number, event_id, column, value, reason))
        scanned.rows_unreadable += 1
        if len(self._rows) >= self._BATCH:
            self.flush()

    def flush(self) -> None:
        _insert(self._connection, "unreadable_rows", self._rows)
        self._rows = []


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


def _scan(
    scanned: ScannedFile, refusals: _Refusals, may_be_direct: bool, proofs: ProofsElsewhere
) -> BinaryIO | None:
    """Prove a file clean, or open it to be read strictly; None where nothing is left to be read."""
    path = scanned.path
    try:
        scanned.bytes, scanned.modified_ns = state = state_of(path)
        check_is_regular(path)
        if scanned.event_type is not None and may_be_direct:
            if proofs.knows(path, state):
                clean = proofs.of(path)
            else:
                clean = prove_clean(path, scanned.event_type)
            if clean is not None:
                scanned.direct = clean
                scanned.sha256 = clean.sha256
                scanned.rows_in_file = scanned.rows_readable = clean.row_count
                return None
        # Beforehand, so that of a file which cannot be read to its end no row is taken.
        with path.open("rb") as stream:
            scanned.sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        return path.open("rb")
    except OSError as error:
        scanned.rows_in_file = 1
        refusals.note(
            scanned,
            Record(1, ()),
            None,
            shown(scanned.name),
            f"the file cannot be read: {error.strerror or error}; check that it is a file"
            " and that whoever runs the build may read it",
        )
        return None


def _read_strictly(
    scanned: ScannedFile, reader: RecordReader, writers: _RowWriters, refusals: _Refusals
) -> None:
    records = iter(reader)
    header_record = next(records)
    header = header_of(header_record.fields)
    file_fault = _fault_of_file(scanned, header_record, header)
    if header_record.fault and not header_record.fields:
        # Nothing tells the header from the rows: each line counts as a row.
        refusals.note(
            scanned,
            header_record,
            None,
            header_record.fault.value,
            header_record.fault.reason,
        )
        scanned.rows_in_file += 1
    readable = None
    if file_fault is None and scanned.event_type is not None:
        readable = _ReadableRows(scanned, scanned.event_type, header, reader.line_end, writers)
        if reader.line_end in ("\n", "\r\n"):
            reader.take_clean = readable.take_clean
    event_id_at = header.index("event_id") if "event_id" in header else None
    for record in records:
        scanned.rows_in_file += 1
        known = len(record.fields) == len(header)
        event_id = record.fields[event_id_at] if known and event_id_at is not None else None
        if record.fault and not record.fields:
            refusals.note(scanned, record, None, record.fault.value, record.fault.reason)
        elif file_fault:
            refusals.note(scanned, record, file_fault[0], file_fault[1], file_fault[2], event_id)
        elif not known:
            refusals.note(
                scanned,
                record,
                None,
                shown(",".join(record.fields)),
                f"the row has {len(record.fields)} fields; expected {len(header)}, as the"
                " header has. A text with commas needs quotes around it",
                _shown_id(record.fields, event_id_at),
            )
        elif record.fault:
            place = record.fault.column
            column = header[place] if place is not None else None
            refusals.note(
                scanned,
                record,
                column,
                record.fault.value,
                f"{column}: {record.fault.reason}",
                _shown_id(record.fields, event_id_at),
            )
        # The first field tells almost always, at a fraction of the price.
        elif header_of(record.fields[:1]) == header[:1] and header_of(record.fields) == header:
            refusals.note(
                scanned,
                record,
                None,
                shown(",".join(record.fields)),
                "the header stands here again; remove the line",
            )
        else:
            assert readable is not None
            readable.write(record)
    if file_fault and not scanned.rows_in_file:
        # No row is there to be refused for it, and still a fault never passes in silence.
        refusals.note(scanned, header_record, *file_fault)
        scanned.rows_in_file = 1


class _ReadableRows:
    """Writes out the readable rows of a file that is read strictly."""

    def __init__(
        self,
        scanned: ScannedFile,
        event_type: EventType,
        header: tuple[str, ...],
        line_end: str,
        writers: _RowWriters,
    ) -> None:
        self._scanned = scanned
        self._event_type = event_type
        self._header = header
        self._line_end = line_end.encode()
        self._writers = writers
        self._name = scanned.name
        # What an older file lacks is empty: one field more, behind the others.
        self._filling = () if set(event_type.column_names) == set(header) else ("",)
        self._in_order = itemgetter(
            *(
                header.index(name) if name in header else len(header)
                for name in event_type.column_names
            )
        )

    def write(self, record: Record) -> None:
        """Write one row."""
        row = (*self._in_order((*record.fields, *self._filling)), self._name, record.line_number)
        size = sum(map(len, map(str.encode, record.fields)))
        self._writers.write(self._event_type, [row], self._longest(size))
        self._scanned.rows_readable += 1

    def take_clean(self, data: bytes, at_end: bool, line_number: int) -> tuple[int, int]:
        """Write the rows of a block such as DuckDB could read in place.

        See :attr:`inspections.log.files.csv_records.RecordReader.take_clean`.
        """
        block = Block.of(data, at_end)
        counted = block.count_records(self._header, self._line_end) if block else None
        # Python's reader refuses a longer field.
        if block is None or counted is None or counted[1] > csv.field_size_limit():
            return 0, 0
        row_count, size, _ = counted
        # Nothing else breaks a line in a clean block.
        rows = csv.reader(io.StringIO(data[: block.size].decode(), newline="\n"), strict=True)
        self._writers.write(
            self._event_type, self._with_lines(rows, line_number), self._longest(size)
        )
        self._scanned.rows_in_file += row_count
        return block.size, rows.line_num

    def _with_lines(self, rows: Any, first_line: int) -> Iterator[tuple[str | int, ...]]:
        line_number = first_line
        for row in rows:
            yield (*self._in_order([*row, *self._filling]), self._name, line_number)
            line_number = first_line + rows.line_num
            self._scanned.rows_readable += 1

    def _longest(self, size: int) -> int:
        """What a row of so many bytes may take once it is written, with its file and line."""
        return 2 * (size + len(self._name.encode()) + 20) + 4 * (len(self._header) + 2)


def _shown_id(fields: tuple[str, ...], event_id_at: int | None) -> str | None:
    if event_id_at is None or event_id_at >= len(fields):
        return None
    return shown(fields[event_id_at]) or None


def _nearest(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.4)
    return f"; the nearest known name is {near[0]}" if near else ""


def _fault_of_file(
    scanned: ScannedFile, header_record: Record, header: tuple[str, ...]
) -> tuple[str | None, str, str] | None:
    """Why no row of the file can be taken, as column, value and reason."""
    if scanned.event_type is None:
        name = shown(scanned.name)
        stem = name.split(".")[0]
        known = ", ".join(event_types())
        return (
            None,
            name,
            f"the file's name gives no known event type{_nearest(stem, event_types())}."
            f" Known are {known}; rename the file",
        )
    if header_record.fault:
        return (
            None,
            header_record.fault.value,
            f"header: {header_record.fault.reason}",
        )
    expected = scanned.event_type.column_names
    missing = scanned.event_type.lacking(header)
    unknown = [name for name in header if name not in expected]
    repeated = sorted({name for name in header if header.count(name) > 1})
    if missing:
        near = difflib.get_close_matches(missing[0], unknown, n=1, cutoff=0.6)
        hint = f"; {shown(near[0])!r} stands there: rename it" if near else "; add it"
        return (
            missing[0],
            shown(",".join(header)),
            f"the header has no column {missing[0]}{hint}",
        )
    if unknown:
        return (
            shown(unknown[0]),
            shown(unknown[0]),
            f"the header has a column {shown(unknown[0])!r} that {scanned.event_type.name} does"
            f" not have{_nearest(unknown[0], expected)}; rename or remove it",
        )
    if repeated:
        return (
            repeated[0],
            repeated[0],
            f"the header has {repeated[0]} twice; remove one",
        )
    return None


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
    writers: _RowWriters,
    counts_lines: bool,
) -> None:
    names = event_type.column_names
    listed = ", ".join(names)
    selects = []
    if event_type.name in writers.paths:
        source = _read_csv(
            writers.paths[event_type.name],
            (*names, "file_name", "line_number"),
            False,
            writers.longest[event_type.name],
        )
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
    _insert(
        connection,
        "files",
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


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: list[tuple[Any, ...]]) -> None:
    insert_rows(connection, f"{SCHEMA}.{table}", rows)
