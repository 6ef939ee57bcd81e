"""Proving bytes clean: nothing in them that two readers of CSV could read differently.

What belongs here: the proof, at the speed of memory (NumPy), of a whole file or of a block of one.
Reading what is not clean does not: see :mod:`inspections.log.files.csv_records`.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inspections.log.declaration import EventType

# Small enough that a block's arrays stay in the processor's cache.
_BLOCK = 2 * 2**20
# A record longer than this, or a quote that seems never to close, is left to the strict reader,
# which looks ahead without holding what it sees.
_LONGEST_DIRECT = 8 * 2**20
# What the strict reader may take for UTF-8 that was encoded twice, and some that it does not: only
# it tells, by undoing it.
_MAYBE_ENCODED_TWICE = re.compile(
    rb"\xc3(?:[\x82\x83\xa2][\x80-\xff]|[\x84-\x96\x98-\x9e][\xc2\xc5\xc6\xcb]|\xb0[\xc2\xc5])"
)
_MAY_PRECEDE_A_QUOTE = np.isin(np.arange(256), np.frombuffer(b',\n"', np.uint8))
_MAY_FOLLOW_A_QUOTE = np.isin(np.arange(256), np.frombuffer(b',\r\n"', np.uint8))


@dataclass(frozen=True)
class CleanFile:
    """A clean file that DuckDB reads in place.

    Attributes:
        header: Its columns, in its own order.
        row_count: Its records less the header.
        has_line_breaks: Whether a text has line breaks, so that rows are not a line each.
        longest_record: In bytes.
        sha256: The digest of its bytes.
    """

    header: tuple[str, ...]
    row_count: int
    has_line_breaks: bool
    longest_record: int
    sha256: str


def header_of(fields: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a header's cells, without spaces around them or capitals."""
    return tuple(cell.strip().lower() for cell in fields)


def prove_clean(path: Path, event_type: EventType) -> CleanFile | None:
    """Scan a file's bytes for anything that two readers could read differently.

    Args:
        path: The file.
        event_type: Its type, whose columns the header must have.

    Returns:
        What DuckDB needs to read it in place, or None where it has to be read strictly.
    """
    digest = hashlib.sha256()
    header: tuple[str, ...] | None = None
    header_line = b""
    row_count, longest, has_line_breaks = 0, 0, False
    line_end: bytes | None = None
    rest = b""
    with path.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK)
            digest.update(block)
            at_end = not block
            block = rest + block
            if not block:
                break
            if header is None:
                block = block.removeprefix(b"\xef\xbb\xbf")
                header_line, newline, block = block.partition(b"\n")
                line_end = b"\r\n" if header_line.endswith(b"\r") else b"\n"
                if not newline or b'"' in header_line or b"\r" in header_line[:-1]:
                    return None
                header = header_of(tuple(header_line.decode("utf-8", "replace").split(",")))
                if (
                    len(set(header)) < len(header)
                    or not set(header) <= set(event_type.column_names)
                    or event_type.lacking(header)
                ):
                    return None
            assert line_end is not None
            whole = Block.of(block, at_end)
            if whole is None:
                if at_end or len(block) > _LONGEST_DIRECT:
                    return None
                rest = block
                continue
            rest = block[whole.size :]
            counted = whole.count_records(header, line_end)
            if counted is None:
                return None
            row_count += counted[0]
            longest = max(longest, counted[1])
            has_line_breaks = has_line_breaks or counted[2]
            if at_end:
                break
    if header is None:
        return None
    return CleanFile(
        header,
        row_count,
        has_line_breaks,
        longest,
        digest.hexdigest(),
    )


class Block:
    """Whole records of a file as bytes, with the places of what gives them structure."""

    def __init__(self, data: bytes, quotes: Any, inside: Any, ends: Any) -> None:
        self.size = len(data)
        self._data = data
        self._bytes = np.frombuffer(data, np.uint8)
        self._quotes = quotes
        self._inside = inside
        self._ends = ends

    @classmethod
    def of(cls, data: bytes, at_end: bool) -> "Block | None":
        """Cut the bytes after the last whole record; None where there is none."""
        values = np.frombuffer(data, np.uint8)
        quotes = np.flatnonzero(values == ord('"'))
        inside = None
        if len(quotes):
            # Before the first quote is outside, from it to the second inside, and so on.
            lengths = np.diff(quotes, prepend=0, append=len(data))
            inside = np.repeat(np.arange(len(lengths)) % 2 == 1, lengths)
        newlines = np.flatnonzero(values == ord("\n"))
        ends = newlines if inside is None else newlines[~inside[newlines]]
        if at_end:
            return cls(data, quotes, inside, ends)
        if not len(ends):
            return None
        size = int(ends[-1]) + 1
        return cls(
            data[:size],
            quotes[: np.searchsorted(quotes, size)],
            None if inside is None else inside[:size],
            ends,
        )

    def count_records(
        self, header: tuple[str, ...], line_end: bytes
    ) -> tuple[int, int, bool] | None:
        """Count the records: how many, the longest in bytes, and whether a text has line breaks.

        Returns None where the bytes are not clean.
        """
        data, values, ends = self._data, self._bytes, self._ends
        if not data:
            return 0, 0, False
        if b"\x00" in data or not self._text_is_sound() or not self._quotes_are_sound():
            return None
        carriage_returns = data.count(b"\r") if b"\r" in data else 0
        if carriage_returns != (len(ends) if line_end == b"\r\n" else 0):
            return None
        if line_end == b"\r\n" and not np.all(values[ends - 1] == ord("\r")):
            return None
        line_breaks = len(ends)
        if not len(ends) or ends[-1] != len(data) - 1:
            if line_end == b"\r\n" and data.endswith(b"\r"):
                return None
            ends = np.append(ends, len(data))
        starts = np.append(0, ends[:-1] + 1)
        is_comma = values == ord(",")
        if self._inside is not None:
            is_comma &= ~self._inside
        # Sums of bytes are the fastest, and wrap at 256: the total tells a row that wrapped.
        commas = np.add.reduceat(is_comma.view(np.uint8), starts, dtype=np.uint8)
        expected = len(header) - 1
        if not np.all(commas == expected % 256):
            return None
        if np.count_nonzero(is_comma) != expected * len(ends):
            return None
        if self._may_repeat(header, starts):
            return None
        has_line_breaks = self._inside is not None and data.count(b"\n") > line_breaks
        return len(ends), int(np.max(ends - starts)) + 1, has_line_breaks

    def _text_is_sound(self) -> bool:
        """Whether the bytes are UTF-8, and nothing looks as if it had been encoded twice."""
        data = self._data
        if data.isascii():
            return True
        try:
            data.decode("utf-8")
        except UnicodeDecodeError:
            return False
        return _MAYBE_ENCODED_TWICE.search(data) is None

    def _may_repeat(self, header: tuple[str, ...], starts: Any) -> bool:
        """Whether a record may be the header again, in whatever capitals, spaces or quotes."""
        values = self._bytes
        first = values[starts]
        is_quoted = first == ord('"')
        if np.any(is_quoted):
            starts = starts + is_quoted
            first = values[starts]
        # A space, or what may be one beyond ASCII, can hide the name.
        if np.any((first <= ord(" ")) | (first >= 128)):
            return True
        for place, letter in enumerate(header[0].encode()):
            # Bit 5 tells small letters from capitals.
            starts = starts[starts + place < len(values)]
            starts = starts[values[starts + place] | 32 == letter | 32]
        return bool(len(starts))

    def _quotes_are_sound(self) -> bool:
        """Whether quotes are around whole fields, or doubled within them."""
        quotes, values = self._quotes, self._bytes
        if len(quotes) % 2:
            return False
        opening, closing = quotes[0::2], quotes[1::2]
        opens = (opening == 0) | _MAY_PRECEDE_A_QUOTE[values[np.maximum(opening - 1, 0)]]
        closes = (closing == len(values) - 1) | _MAY_FOLLOW_A_QUOTE[
            values[np.minimum(closing + 1, len(values) - 1)]
        ]
        return bool(np.all(opens) and np.all(closes))
