"""Stages an event file with new rows at its end, in the file's own dialect.

What belongs here: which file of the log takes a row, how that file's lines end and its columns
stand, and the bytes that come behind its own.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inspections.files import check_is_regular
from inspections.log.adding.batch import BatchRow
from inspections.log.adding.journal import staged_path
from inspections.log.declaration import EventType
from inspections.log.files.csv_records import RecordReader, shown
from inspections.log.files.documents import COLUMNS, LATER_COLUMNS, DocumentsError, read_documents
from inspections.log.files.event_folder import find_event_files, shown_name
from inspections.log.gate import GateError

_BLOCK = 2**20


@dataclass(frozen=True)
class GrownFile:
    """A file with rows of a batch at its end.

    Attributes:
        name: Its name in the log.
        event_type: Of its rows.
        staged: Where it waits.
        first_line: The physical line of the first row that was added.
        rows: The rows that were added, in order.
    """

    name: str
    event_type: EventType
    staged: Path
    first_line: int
    rows: tuple[BatchRow, ...]

    @property
    def rows_by_line(self) -> dict[int, BatchRow]:
        """The rows that were added, by the physical line on which each begins."""
        found, line_number = {}, self.first_line
        for row in self.rows:
            found[line_number] = row
            line_number += 1 + sum(lines_ended(value.encode()) for value in row.values.values())
        return found


@dataclass(frozen=True)
class _Dialect:
    header: tuple[str, ...]
    line_end: str


def grow(
    events_dir: Path,
    event_type: EventType,
    rows: Sequence[BatchRow],
    staged: dict[Path, Path],
) -> GrownFile:
    """Stage the file of a type with further rows.

    Args:
        events_dir: The folder of the log.
        event_type: The type of the rows.
        rows: The rows.
        staged: Takes the staged file, by the one that it is to replace, before it is written.

    Returns:
        The grown file.

    Raises:
        GateError: The file cannot be added to; the message names it.
        OSError: The disk does not take it.
    """
    filled = {name for row in rows for name, value in row.values.items() if value}
    path, dialect = _file_for(events_dir, event_type, filled)
    new = staged_path(events_dir, path)
    staged[path] = new
    first_line = _write(path, new, dialect, [row.values for row in rows])
    return GrownFile(shown_name(path), event_type, new, first_line, tuple(rows))


def grow_documents(
    events_dir: Path, path: Path, documents: Sequence[BatchRow], staged: dict[Path, Path]
) -> None:
    """Stage ``documents.csv`` with rows that are not in it yet; none if all are.

    Args:
        events_dir: The folder of the log, in which the new version is staged.
        path: The list of documents, there or among the seeds.
        documents: The rows.
        staged: Takes the staged file, as in :func:`grow`.

    Raises:
        GateError: A row stands there with other content, or the file cannot be added to.
        OSError: The disk does not take it.
    """
    try:
        known = (
            {row["document_id"]: row for _, row in read_documents(path)} if path.exists() else {}
        )
    except DocumentsError as error:
        raise GateError(str(error)) from error
    fresh: dict[str, dict[str, str]] = {}
    for row in documents:
        document_id = row.values["document_id"]
        earlier = known.get(document_id) or fresh.get(document_id)
        if earlier is None:
            fresh[document_id] = row.values
            continue
        for name in COLUMNS:
            # A file older than a column says nothing of it.
            if name in LATER_COLUMNS and not row.values.get(name):
                continue
            if earlier.get(name, "") != row.values.get(name, ""):
                raise GateError(
                    f"{row.place}, column {name}, value {shown(row.values.get(name, ''))!r}:"
                    f" document_id {shown(document_id)!r} is listed already, with"
                    f" {shown(earlier.get(name, ''))!r}; expected the same. Make the two the same,"
                    " or give the document an id of its own."
                )
    if fresh:
        staged[path] = staged_path(events_dir, path)
        dialect = (_dialect_of(path) if path.exists() else None) or _Dialect(COLUMNS, "\n")
        new = tuple(
            name
            for name in LATER_COLUMNS
            if name not in dialect.header and any(row.get(name) for row in fresh.values())
        )
        if new:
            # The list is older than a column that a new row fills: it is written with it.
            wider = _Dialect(dialect.header + new, dialect.line_end)
            head = dict(zip(wider.header, wider.header, strict=True))
            lines = [_line(row, wider) for row in (head, *known.values(), *fresh.values())]
            staged[path].write_bytes(b"".join(lines))
        else:
            _write(path, staged[path], dialect, list(fresh.values()))


def _file_for(events_dir: Path, event_type: EventType, filled: set[str]) -> tuple[Path, _Dialect]:
    """The file that takes rows of a type: the first whose columns hold what they say.

    The type's own file comes first, whatever the capitals of its ending. One that lacks a column
    which the rows fill is left as it is, and a further file of the type takes them.
    """
    by_name = {path.name.lower(): path for path in find_event_files(events_dir).paths}
    number = 1
    while True:
        name = f"{event_type.name}.csv" if number == 1 else f"{event_type.name}.{number}.csv"
        path = by_name.get(name, events_dir / name)
        number += 1
        if not path.exists() and not path.is_symlink():
            return path, _Dialect(event_type.column_names, "\n")
        dialect = _dialect_of(path)
        if dialect is None:
            return path, _Dialect(event_type.column_names, "\n")
        if filled <= set(dialect.header):
            return path, dialect


def _dialect_of(path: Path) -> _Dialect | None:
    """How a file's header reads and its lines end; None where it holds nothing but blanks.

    Raises:
        GateError: It cannot be read; the message names it.
    """
    name = shown_name(path)
    try:
        check_is_regular(path)
        with path.open("rb") as stream:
            reader = RecordReader(stream)
            header = next(iter(reader))
            is_blank = False
            if header.fault:
                stream.seek(0)
                is_blank = not any(
                    block.strip() for block in iter(lambda: stream.read(_BLOCK), b"")
                )
    except OSError as error:
        raise GateError(
            f"{name} cannot be read: {error.strerror}.", code="disk-or-rights"
        ) from error
    if is_blank:
        return None
    if header.fault:
        raise GateError(
            f"{name}, line 1, value {header.fault.value!r}: {header.fault.reason}. Nothing was"
            " appended. Fix the file first."
        )
    return _Dialect(tuple(cell.strip().lower() for cell in header.fields), reader.line_end)


def _write(path: Path, new: Path, dialect: _Dialect, rows: Sequence[dict[str, str]]) -> int:
    """Copy a file and add rows to it; return the line of the first that was added."""
    is_new = not path.exists() or _dialect_of(path) is None
    if is_new:
        new.write_bytes(_line(dict(zip(dialect.header, dialect.header, strict=True)), dialect))
    else:
        shutil.copyfile(path, new)
    lines = 0
    with new.open("rb") as stream:
        tail = b""
        while block := stream.read(_BLOCK):
            # A line end of more than one character may be cut in two.
            held = tail + block
            body = held.rstrip(b"\r")
            lines += lines_ended(body)
            tail = held[len(body) :]
            last = held[-1:]
        lines += lines_ended(tail)
    with new.open("ab") as stream:
        if last not in (b"\n", b"\r") or (dialect.line_end == "\n" and last == b"\r"):
            stream.write(dialect.line_end.encode())
            lines += 1
        for row in rows:
            stream.write(_line(row, dialect))
    return lines + 1


def lines_ended(data: bytes) -> int:
    """How many physical lines bytes end, as :class:`RecordReader` counts them."""
    if b"\r" not in data:
        return data.count(b"\n")
    # CR CR LF is one line end, and so is CR LF.
    return data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n") - data.count(b"\r\r\n")


def _line(values: dict[str, str], dialect: _Dialect) -> bytes:
    fields = [_field(values.get(name, "")) for name in dialect.header]
    return (",".join(fields) + dialect.line_end).encode("utf-8")


def _field(text: str) -> str:
    """A field as RFC 4180 has it. Of the line ends each is quoted, whatever the file's own is."""
    if any(character in text for character in ',"\r\n') or text != text.strip():
        return '"' + text.replace('"', '""') + '"'
    return text
