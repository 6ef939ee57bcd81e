"""Strict CSV reader (RFC 4180), record by record, with the place of each fault.

What belongs here: bytes in, records or faults out. What a file's columns mean does not.

Python's and DuckDB's own readers each accept something that the other reads differently (a
quote within a field, text after a closing quote, a lone carriage return). What two strict
readers could read differently is a fault here, never a guess.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

# A field and what ends it. Quotes stand around a whole field or not at all.
_FIELD = r'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<plain>[^",\r\n]*))(?P<end>,|{line_end}|\Z)'
# How the lines of a file end: as they should, or as one wrong conversion leaves them.
_LINE_END = re.compile(r"\r\r\n|\r\n|\n|\r")
_LINE_END_OF_BYTES = re.compile(_LINE_END.pattern.encode())
# A field without quotes of which more may follow what is held.
_MAY_GO_ON = re.compile(r'[^",\r\n]*\r{0,2}')
_TO_CLOSING_QUOTE = re.compile(rb'[^"]*(?:""[^"]*)*')
_BOM = b"\xef\xbb\xbf"
# Small, so that a fault leaves few other records to be read one by one.
BLOCK_BYTES = 64 * 2**10
# UTF-8 that was read as another encoding. Â, Ã and â come before any such character; another
# capital before none that could follow it in sound text, such as a closing quote, a dash, a
# no-break space or a raised figure; ð, of an emoji, before Ÿ alone.
_MOJIBAKE = re.compile(
    "[\u00c2\u00c3\u00e2][\u0080-\u00ff\u0152-\u2122]"
    "|[\u00c4-\u00d6\u00d8-\u00de]"
    "[\u0080-\u009f\u00a1-\u00a8\u00ac\u00ad\u00af\u00b1\u00b4-\u00b8\u00bc-\u00bf"
    "\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc]"
    "|\u00f0[\u009f\u0178]"
)
_NOT_UTF8 = re.compile("[\udc80-\udcff]")
_VISIBLE = {code: f"\\x{code:02x}" for code in (*range(32), 127)}
_SHOWN_LENGTH = 200
# As `unseen_characters` of dbt/macros/row_fault.sql, whose class of format characters Python's
# expressions do not know by name.
_UNSEEN = re.compile(
    "[\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680"
    "\u17b4\u17b5\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u2800\u3000\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e007f\U000e0100-\U000e01ef]"
)


@dataclass(frozen=True)
class Fault:
    """Why a record cannot be read as text without doubt.

    Attributes:
        value: The text at fault, shortened and with control characters made visible.
        reason: What was found, what was expected and what to do.
        column: The place of the field at fault in its record, from 0, where it can be told.
    """

    value: str
    reason: str
    column: int | None = None


@dataclass(frozen=True)
class Record:
    """One record of a file.

    Attributes:
        line_number: The physical line, from 1, on which it starts.
        fields: Its fields as text; empty where ``fault`` says that there is no telling.
        fault: Why it cannot be read, or None.
    """

    line_number: int
    fields: tuple[str, ...]
    fault: Fault | None = None


def shown(text: str) -> str:
    r"""Shorten a value for a message, with what nobody sees made visible.

    Control characters are shown as ``\x00``, those of format and spaces other than the common one
    by their code point, as ``<U+200B>``.
    """
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if len(text) > _SHOWN_LENGTH:
        text = text[:_SHOWN_LENGTH] + "…"
    return _UNSEEN.sub(lambda one: f"<U+{ord(one[0]):04X}>", text.translate(_VISIBLE))


def read_records(data: bytes) -> Iterator[Record]:
    """Read all records of a file that is held as bytes; see :class:`RecordReader`.

    Args:
        data: The bytes of the file.

    Yields:
        The records in file order, the header being the first.
    """
    yield from RecordReader(BytesIO(data))


class RecordReader:
    """Reads the records of a file, the header being the first, a block of bytes at a time.

    A record that cannot be read carries its fault. After a fault of quoting nothing tells where
    the text ends, so that each further line is a record with that fault. Blank lines are passed
    over, but counted in line numbers.

    What is held does not grow with the file, but with its longest record or line.

    Attributes:
        line_end: How the first line ends, and so all have to; known with the first record.
        take_clean: May be set once the header is read. Given bytes that begin with a record,
            whether they are the file's last, and the line they begin on, it may take records from
            their front, and returns how many bytes and how many lines it took. None are zeros.
    """

    line_end = "\n"
    take_clean: Callable[[bytes, bool, int], tuple[int, int]] | None = None

    def __init__(self, stream: BinaryIO, block_bytes: int = BLOCK_BYTES) -> None:
        """Read a file from its start.

        Args:
            stream: The file; it has to be one that can be sought in.
            block_bytes: How many bytes are read at a time.
        """
        self._stream = stream
        self._block_bytes = block_bytes
        self._field, self._end = re.compile(""), re.compile(b"")

    def __iter__(self) -> Iterator[Record]:
        """Read on, record by record.

        Yields:
            The records in file order, but for those that :attr:`take_clean` took.

        Raises:
            OSError: The file cannot be read.
        """
        fault = self._fault_of_encoding()
        if fault:
            yield Record(1, (), fault)
            return
        data, at_end = self._first_line()
        line_number, is_header = 1, True
        while data or not at_end:
            if self.take_clean:
                size, line_count = self.take_clean(data, at_end, line_number)
                data = data[size:]
                line_number += line_count
            text = data.decode("utf-8", "surrogateescape")
            position = 0
            while position < len(text):
                start = position
                fields, position, is_whole = self._fields(text, start, at_end)
                if not is_whole:
                    rest = text[position:]
                    what = self._fault_of_structure(rest, at_end)
                    if what:
                        fault_line = line_number + _line_count(text[start:position])
                        yield from self._lost_lines(text[start:], what, line_number, fault_line)
                        return
                    position = start
                    break
                raw = text[start:position]
                first_line = line_number
                line_number += _line_count(raw)
                if fields == [""] and '"' not in raw:
                    continue
                yield Record(first_line, tuple(fields), _fault_of_fields(fields))
                if is_header:
                    # What follows it may be taken.
                    is_header = False
                    break
            data = text[position:].encode("utf-8", "surrogateescape")
            more, at_end = self._read_on(len(data))
            data += more

    def _read_on(self, held: int) -> tuple[bytes, bool]:
        """The next bytes, and whether they are the last: as many as are held, or a block."""
        wanted = max(self._block_bytes, held)
        block = self._stream.read(wanted)
        return block, len(block) < wanted

    def _fault_of_encoding(self) -> Fault | None:
        """Reason why the file cannot be read, or None with the stream at its text."""
        head = self._stream.read(200)
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or (
            len(head) > 3 and head.count(0) > len(head) // 4
        ):
            return Fault(
                shown(repr(head[:20])),
                "the file is UTF-16, not UTF-8; save it as «CSV UTF-8»",
            )
        text_at = len(_BOM) if head.startswith(_BOM) else 0
        block = head[text_at:]
        while not block.strip():
            block = self._stream.read(self._block_bytes)
            if not block:
                return Fault(
                    "",
                    "the file is empty; expected a header line. Delete the file, or write the"
                    " header",
                )
        self._stream.seek(text_at)
        return None

    def _first_line(self) -> tuple[bytes, bool]:
        """Read until the end of the first line, which decides the line ends of the file."""
        data, at_end = self._read_on(0)
        while True:
            found = _LINE_END_OF_BYTES.search(data)
            # One more carriage return, and its line feed, may lie beyond what is held.
            if at_end or (found and (found[0].endswith(b"\n") or found.end() + 2 <= len(data))):
                break
            more, at_end = self._read_on(len(data))
            data += more
        self.line_end = found[0].decode() if found else "\n"
        line_end = self.line_end if self.line_end in ("\r", "\r\r\n") else r"\r?\n"
        self._field = re.compile(_FIELD.format(line_end=line_end))
        self._end = re.compile((",|" + line_end).encode())
        return data, at_end

    def _fields(self, text: str, start: int, at_end: bool) -> tuple[list[str], int, bool]:
        """The fields of a record, where it ends, and whether it is whole.

        Where it is not, the place is that of the field that is not whole.
        """
        fields: list[str] = []
        position = start
        while True:
            match = self._field.match(text, position)
            if match is None or not (match["end"] or at_end):
                return fields, position, False
            quoted = match["quoted"]
            fields.append(
                match["plain"]
                if quoted is None
                else _with_plain_line_ends(quoted.replace('""', '"'), self.line_end)
            )
            position = match.end()
            if match["end"] != ",":
                return fields, position, True

    def _fault_of_structure(self, rest: str, at_end: bool) -> str | None:
        """Fault of the field that begins here, or None if more input is needed."""
        if rest.startswith('"'):
            return self._fault_of_quotes(rest)
        if not at_end and _MAY_GO_ON.fullmatch(rest):
            return None
        if re.match(r'[^",\r\n]*[\r\n]', rest):
            return "the line end differs from that of the file's first line"
        return "a quote is inside a text that is not quoted"

    def _fault_of_quotes(self, rest: str) -> str | None:
        """Fault of a quoted field, or None if its end is further on in the file.

        It is looked for before any of it is held: a quote that never closes would hold the file.
        """
        held = rest[1:].encode("utf-8", "surrogateescape")
        here = self._stream.tell()
        is_only_quote = True
        while True:
            is_only_quote = is_only_quote and b'"' not in held
            to_closing = _TO_CLOSING_QUOTE.match(held)
            assert to_closing is not None
            held = held[to_closing.end() :]
            block = b"" if len(held) >= len('"\r\r\n') else self._stream.read(self._block_bytes)
            if not block:
                break
            held += block
        self._stream.seek(here)
        if is_only_quote:
            return "a quote opens a text and is never closed"
        # Where none closes, one of those that stand doubled was meant to.
        if not held or (len(held) > 1 and not self._end.match(held, 1)):
            return "text follows a closing quote"
        return None

    def _lost_lines(
        self, held: str, what: str, first_line: int, fault_line: int
    ) -> Iterator[Record]:
        """Give every line from a fault of structure on that fault."""
        reason = (
            f"{what} in line {fault_line}, so that from line {first_line} on nothing tells where a"
            ' text ends; put the whole text in quotes and write a quote within it as ""'
        )
        rest = held.encode("utf-8", "surrogateescape")
        line_number, at_end = first_line, False
        while not at_end:
            block, at_end = self._read_on(len(rest))
            rest += block
            # A line end of more than one character may be cut in two.
            cut = len(rest) - (
                0 if at_end else 2 if rest.endswith(b"\r\r") else rest.endswith(b"\r")
            )
            *lines, last = _LINE_END_OF_BYTES.split(rest[:cut])
            rest = last + rest[cut:]
            for line in [*lines, last] if at_end else lines:
                if line:
                    text = line.decode("utf-8", "surrogateescape")
                    yield Record(line_number, (), Fault(shown(text), reason))
                line_number += 1


def _with_plain_line_ends(text: str, style: str) -> str:
    """Line breaks within a text as LF, so that a file's line ends change nothing it says."""
    if "\r" not in text:
        return text
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n")
    return text.replace("\r", "\n") if style == "\r" else text


def _line_count(raw: str) -> int:
    """The physical lines that a text ends."""
    return len(_LINE_END.findall(raw)) if "\r" in raw else raw.count("\n")


def _fault_of_fields(fields: list[str]) -> Fault | None:
    for place, field in enumerate(fields):
        if field.isascii():
            if "\x00" in field:
                return Fault(shown(field), "a NUL byte stands in the text; remove it", place)
            continue
        if _NOT_UTF8.search(field):
            return _fault_of_bytes(field, place)
        if "\x00" in field:
            return Fault(shown(field), "a NUL byte stands in the text; remove it", place)
        mended = _decoded_once_more(field)
        if mended:
            return Fault(
                shown(field),
                f"the text was encoded twice; expected «{shown(mended)}». Open the file as"
                " UTF-8 and save it as UTF-8",
                place,
            )
    return None


def _fault_of_bytes(field: str, place: int) -> Fault:
    offset = next(i for i, character in enumerate(field) if "\udc80" <= character <= "\udcff")
    byte = ord(field[offset]) - 0xDC00
    try:
        meant = f", in Windows-1252 «{bytes([byte]).decode('cp1252')}»"
    except UnicodeDecodeError:
        meant = ""
    return Fault(
        shown(field),
        f"byte 0x{byte:02x}{meant}, at character {offset + 1} of the text, is not UTF-8; save"
        " the file as «CSV UTF-8»",
        place,
    )


def _decoded_once_more(text: str) -> str | None:
    """The text behind one that was encoded twice, or None where it was not."""
    for suspect in _MOJIBAKE.finditer(text):
        # Whole words around the suspicious place, since the rest may be sound.
        start = (
            max(
                text.rfind(" ", 0, suspect.start()),
                text.rfind("\n", 0, suspect.start()),
            )
            + 1
        )
        ends = [
            end
            for end in (text.find(" ", suspect.end()), text.find("\n", suspect.end()))
            if end > 0
        ]
        end = min(ends, default=len(text))
        word = text[start:end]
        for encoding in ("cp1252", "latin-1"):
            try:
                mended = word.encode(encoding).decode("utf-8")
            except UnicodeError:
                continue
            if len(mended) < len(word):
                return text[:start] + mended + text[end:]
    return None


def open_table(
    data: bytes, place: str, error: type[Exception]
) -> tuple[tuple[str, ...], Iterator[tuple[int, dict[str, str]]]]:
    """The header of a small file, and its rows.

    Args:
        data: The content of the file.
        place: The name of the file, as messages say it.
        error: The class of the error to raise.

    Returns:
        The names of the columns, in small letters, and each row's line and values by column.

    Raises:
        Exception: Of the class ``error``; a record is at fault or, once it is read, has another
            number of fields.
    """
    records = list(read_records(data))
    header = tuple(cell.strip().lower() for cell in records[0].fields)
    for record in records:
        if record.fault:
            at = record.fault.column
            column = f", column {shown(header[at])}" if at is not None and at < len(header) else ""
            raise error(
                f"{place}, line {record.line_number}{column}, value"
                f" {record.fault.value!r}: {record.fault.reason}."
            )

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        for record in records[1:]:
            if len(record.fields) != len(header):
                raise error(
                    f"{place}, line {record.line_number}: the row has {len(record.fields)} fields;"
                    f" expected {len(header)}. A text with commas needs quotes around it."
                )
            yield record.line_number, dict(zip(header, record.fields, strict=True))

    return header, rows()


def read_table(
    data: bytes, columns: Sequence[str], place: str, error: type[Exception]
) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a small file that has just these columns, in any order.

    Args:
        data: The content of the file.
        columns: The columns.
        place: The name of the file, as messages say it.
        error: The class of the error to raise.

    Yields:
        The place of the row in words, and its values by column.

    Raises:
        Exception: Of the class ``error``; a record is at fault, or the header or the number of
            fields is another.
    """
    header, rows = open_table(data, place, error)
    if sorted(header) != sorted(columns):
        raise error(
            f"{place}, line 1: the header is {shown(','.join(header))!r}; expected"
            f" {','.join(columns)}."
        )
    for line_number, row in rows:
        yield f"{place}, line {line_number}", row
