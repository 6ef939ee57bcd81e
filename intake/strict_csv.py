"""Strict reading of CSV (RFC 4180), record by record, with each fault where it stands.

What belongs here: bytes in, records or faults out. What a file's columns mean does not.

Python's and DuckDB's own readers each accept something that the other reads differently (a
quote within a field, text after a closing quote, a lone carriage return). What two strict
readers could read differently is a fault here, never a guess.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A field and what ends it. Quotes stand around a whole field or not at all.
_FIELD = r'(?:"(?P<quoted>[^"]*(?:""[^"]*)*)"|(?P<plain>[^",\r\n]*))(?P<end>,|{line_end}|\Z)'
# How the lines of a file end: as they should, or as one wrong conversion leaves them.
_LINE_END = re.compile(r"\r\r\n|\r\n|\n|\r")
_MOJIBAKE = re.compile("[\u00c2\u00c3\u00e2][\u0080-\u00ff\u0152-\u2122]")
_VISIBLE = {code: f"\\x{code:02x}" for code in (*range(32), 127)}
_SHOWN_LENGTH = 200


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
    """Shorten a value for a message, with control characters made visible."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if len(text) > _SHOWN_LENGTH:
        text = text[:_SHOWN_LENGTH] + "…"
    return text.translate(_VISIBLE)


def read_records(data: bytes) -> Iterator[Record]:
    """Read all records of a file, the header being the first.

    A record that cannot be read carries its fault. After a fault of quoting nothing tells where
    the text ends, so that each further line is a record with that fault. Blank lines are passed
    over, but counted in line numbers.

    Args:
        data: The bytes of the file.

    Yields:
        The records in file order.
    """
    whole_fault = _fault_of_encoding(data)
    if whole_fault:
        yield Record(1, (), whole_fault)
        return
    text = data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
    found = _LINE_END.search(text)
    style = found[0] if found else "\n"
    field_pattern = re.compile(
        _FIELD.format(line_end=style if style in ("\r", "\r\r\n") else r"\r?\n")
    )
    position, line_number = 0, 1
    while position < len(text):
        fields: list[str] = []
        start = position
        while True:
            match = field_pattern.match(text, position)
            if match is None:
                yield from _lost_lines(text, start, position, line_number, style)
                return
            quoted = match["quoted"]
            fields.append(
                match["plain"]
                if quoted is None
                else _with_plain_line_ends(quoted.replace('""', '"'), style)
            )
            position = match.end()
            if match["end"] != ",":
                break
        raw = text[start:position]
        if fields != [""] or '"' in raw:
            yield Record(line_number, tuple(fields), _fault_of_fields(fields))
        line_number += _line_count(raw)


def _fault_of_encoding(data: bytes) -> Fault | None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (
        len(data) > 3 and data[:200].count(0) > len(data[:200]) // 4
    ):
        return Fault(
            shown(repr(data[:20])),
            "the file is UTF-16, not UTF-8; save it as «CSV UTF-8»",
        )
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        return Fault(
            "",
            "the file is empty; expected a header line. Delete the file, or write the header",
        )
    return None


def _with_plain_line_ends(text: str, style: str) -> str:
    """Line breaks within a text as LF, so that a file's line ends change nothing it says."""
    if "\r" not in text:
        return text
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n")
    return text.replace("\r", "\n") if style == "\r" else text


def _line_count(raw: str) -> int:
    """The physical lines that a text ends."""
    return len(_LINE_END.findall(raw)) if "\r" in raw else raw.count("\n")


def _lost_lines(
    text: str, start: int, position: int, first_line: int, style: str
) -> Iterator[Record]:
    """Give every line from a fault of quoting on that fault."""
    fault_line = first_line + _line_count(text[start:position])
    rest = text[position:]
    if rest.startswith('"'):
        closing = re.compile(r'"[^"]*(?:""[^"]*)*"').match(rest)
        what = (
            "a quote opens a text that is never closed"
            if closing is None
            else "text follows a closing quote"
        )
    elif re.match(r'[^",\r\n]*[\r\n]', rest):
        what = "a line ends otherwise than the first line of the file"
    else:
        what = "a quote stands within a text that is not quoted"
    reason = (
        f"{what} in line {fault_line}, so that from line {first_line} on nothing tells where a"
        ' text ends; put the whole text in quotes and write a quote within it as ""'
    )
    for number, line in enumerate(_LINE_END.split(text[start:]), first_line):
        if line:
            yield Record(number, (), Fault(shown(line), reason))


def _fault_of_fields(fields: list[str]) -> Fault | None:
    for place, field in enumerate(fields):
        if field.isascii():
            if "\x00" in field:
                return Fault(shown(field), "a NUL byte stands in the text; remove it", place)
            continue
        if any("\udc80" <= character <= "\udcff" for character in field):
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
