"""One event file, read: proved clean, or strictly with its readable rows written out.

What belongs here: a file by itself, which a process of its own can read. Sharing files out does not
(:mod:`inspections.log.files.readings_elsewhere`), nor making tables of them
(:mod:`inspections.log.files.event_files`).
"""

import csv
import difflib
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from inspections.files import check_is_regular
from inspections.log.declaration import EventType, event_types
from inspections.log.files.clean_blocks import Block, CleanFile, header_of, prove_clean
from inspections.log.files.csv_records import Record, RecordReader, shown
from inspections.log.files.event_folder import shown_name, state_of


@dataclass
class ScannedFile:
    """Properties of one file before DuckDB reads it.

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
class WrittenRows:
    """Readable rows of one type, written out for DuckDB.

    Attributes:
        event_type: The type's name.
        path: The file, without a header, each value in quotes, file and line as the last two.
        longest: What no row is longer than, in bytes.
    """

    event_type: str
    path: Path
    longest: int


class RowWriters:
    """One file of readable rows a type, opened when its first row comes."""

    def __init__(self, folder: Path, stack: ExitStack, ending: str = ".csv") -> None:
        self._folder = folder
        self._stack = stack
        self._ending = ending
        self._writers: dict[str, Any] = {}
        self._written: dict[str, WrittenRows] = {}

    def write(
        self, event_type: EventType, rows: Iterable[Iterable[str | int]], longest: int
    ) -> None:
        """Write rows, each shorter than a limit in bytes with all values in quotes."""
        name = event_type.name
        if name not in self._writers:
            path = self._folder / f"{name}{self._ending}"
            stream = self._stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            # Python leaves a lone carriage return unquoted, which DuckDB takes for a line end.
            self._writers[name] = csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL)
            self._written[name] = WrittenRows(name, path, longest)
        elif longest > self._written[name].longest:
            self._written[name] = replace(self._written[name], longest=longest)
        self._writers[name].writerows(rows)

    def written(self) -> list[WrittenRows]:
        """The files, which are whole once the stack that they were opened on is left."""
        return list(self._written.values())


# File, line, event id, column, value and reason.
Refusal = tuple[str, int, str | None, str | None, str, str]


class Refusals:
    """The rows that cannot be read, passed on some thousands at a time."""

    _BATCH = 2_000

    def __init__(self, pass_on: Callable[[list[Refusal]], None]) -> None:
        self._pass_on = pass_on
        self._rows: list[Refusal] = []

    def note(
        self,
        scanned: ScannedFile,
        record: Record,
        column: str | None,
        value: str,
        reason: str,
        event_id: str | None = None,
    ) -> None:
        """Refuse a row of a file, or all that a file has."""
        event_id = shown(event_id) if event_id else None
        self.take([(scanned.name, record.line_number, event_id, column, value, reason)])
        scanned.rows_unreadable += 1

    def take(self, refused: Iterable[Refusal]) -> None:
        """Take rows that were refused before."""
        for row in refused:
            self._rows.append(row)
            if len(self._rows) >= self._BATCH:
                self.flush()

    def flush(self) -> None:
        """Pass on what has not been."""
        self._pass_on(self._rows)
        self._rows = []


def read_file(
    scanned: ScannedFile,
    may_be_direct: bool,
    block_bytes: int,
    writers: RowWriters,
    refusals: Refusals,
) -> None:
    """Read one file, and note in ``scanned`` what was found.

    Args:
        scanned: The file.
        may_be_direct: Whether DuckDB is to read it in place where it is proved clean.
        block_bytes: How many bytes of any other are read at a time.
        writers: Take the readable rows of a file that is not read in place.
        refusals: Take the others.
    """
    stream = _proved_or_opened(scanned, may_be_direct, refusals)
    if stream:
        with stream:
            _read_strictly(scanned, RecordReader(stream, block_bytes), writers, refusals)


def _proved_or_opened(
    scanned: ScannedFile, may_be_direct: bool, refusals: Refusals
) -> BinaryIO | None:
    """Prove a file clean, or open it to be read strictly; None where nothing is left to be read."""
    path = scanned.path
    try:
        scanned.bytes, scanned.modified_ns = state_of(path)
        check_is_regular(path)
        if scanned.event_type is not None and may_be_direct:
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
    scanned: ScannedFile, reader: RecordReader, writers: RowWriters, refusals: Refusals
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
        writers: RowWriters,
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
        """Upper bound for a row's size once written with its file and line."""
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
