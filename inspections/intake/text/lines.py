"""Reads a document's lines, or refuses the file."""

import re
import unicodedata
from dataclasses import dataclass

from inspections.errors import ActionableError
from inspections.intake.text.model import Box, Cell, Page

_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\u00a0": " ",
        "\u2007": " ",
        "\u202f": " ",
        "\u00ad": None,
        "\u200b": None,
        "\u200c": None,
        "\u200d": None,
        "\u2060": None,
        "\ufeff": None,
        "\u2011": "-",
        "\u2028": " ",
        "\u2029": " ",
        "\x0b": " ",
    }
)
# PDFium's own mark for a hyphen at a line's end.
_LINE_END_HYPHENS = ("\ufffe", "\x02")


class NotAReportError(ActionableError):
    """The file is not a report of an independent review of progress, or cannot be read as one."""


def fault_in(error: BaseException) -> str:
    """An unexpected failure in one line, for a message about one document among others."""
    words = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


@dataclass
class Line:
    """A line of the report.

    Attributes:
        text: Its text without surrounding space.
        number: Its number in the text, from 1; in a PDF, its number on the page.
        page: The page, from 1, where the file has pages.
        style: ``heading``, ``bold`` or ``small`` where type tells, else empty.
        box: Where it stands on its page; none where the format has no positions.
        cell: Its place in a table. The lines of one cell follow one another.
        level: A heading's level where the format has levels, from 1; else 0.
        size: The size of its type; 0 where the format has none.
        indent: Where its text begins across, behind a number or a bullet.
    """

    text: str
    number: int
    page: int | None = None
    style: str = ""
    box: Box | None = None
    cell: Cell | None = None
    level: int = 0
    size: float = 0.0
    indent: float | None = None


@dataclass(frozen=True)
class Source:
    """A report's file as read.

    Attributes:
        name: The file's name.
        lines: Its lines; an empty one where the layout has a gap.
        pages: How many pages it has; none where the file is a text without form feeds.
        is_pdf: Whether it is a PDF.
        text: The text as it stands, for text files.
        content: The bytes of a PDF, whose tables are read by their rules.
        sheets: Its pages with the positions of their words; empty where the format has none.
        format: ``text``, ``pdf``, ``docx``, ``odt`` or ``html``.
        is_recognised: Whether its text was recognised in pictures of pages.
    """

    name: str
    lines: list[Line]
    pages: int | None
    is_pdf: bool
    text: str = ""
    content: bytes = b""
    sheets: tuple[Page, ...] = ()
    format: str = "text"
    is_recognised: bool = False


def tidy(text: str) -> str:
    """A line in composed letters with single spaces, without ligatures and what is invisible."""
    for mark in _LINE_END_HYPHENS:
        text = text.replace(mark, "-")
    text = unicodedata.normalize("NFC", text.translate(_LIGATURES))
    text = re.sub(r" {2,}", " ", text).strip(" ")
    # At a line's end it is the typesetter's, and tells that the word is one.
    return text[:-1].replace("\u2010", "-") + text[-1:]
