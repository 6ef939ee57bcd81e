"""A report's file as lines: text as it stands, PDF with its pages, sizes and weights of type."""

import ctypes
import itertools
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from inspections.errors import ActionableError

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
        "\u2010": "-",
        "\u2011": "-",
        "\u2028": " ",
        "\u2029": " ",
        "\x0b": " ",
    }
)
# PDFium's own mark for a hyphen at a line's end.
_LINE_END_HYPHENS = ("\ufffe", "\x02")
_MAXIMUM_BYTES = 100_000_000
# Fewer letters than this on a page on average and there is no text in it worth the name.
_LETTERS_PER_PAGE = 20


class NotAReportError(ActionableError):
    """The file is not a report of an independent review of progress, or cannot be read as one."""


@dataclass
class Line:
    """A line of the report.

    Attributes:
        text: Its text without surrounding space.
        number: Its number in the text, from 1; in a PDF, its number on the page.
        page: The page, from 1, where the file has pages.
        style: ``heading``, ``bold`` or ``small`` where type tells, else empty.
    """

    text: str
    number: int
    page: int | None = None
    style: str = ""


@dataclass(frozen=True)
class Source:
    """A report's file as read.

    Attributes:
        name: The file's name.
        lines: Its lines; an empty one where the layout has a gap.
        pages: How many pages it has; none where the file is a text without form feeds.
        is_pdf: Whether it is a PDF.
        text: The text as it stands, for text files.
    """

    name: str
    lines: list[Line]
    pages: int | None
    is_pdf: bool
    text: str = ""


def read_source(path: Path) -> Source:
    """Read a text file in UTF-8 or a PDF.

    Args:
        path: The file. Its first bytes tell what it is, not its name.

    Raises:
        NotAReportError: It cannot be read; the message says why and what to do.
    """
    try:
        if path.stat().st_size > _MAXIMUM_BYTES:
            raise NotAReportError(f"{path.name} is larger than any report: over 100 MB.")
        content = path.read_bytes()
    except OSError as error:
        raise NotAReportError(f"{path.name} cannot be read: {error.strerror}.") from error
    if not content.strip():
        raise NotAReportError(f"{path.name} is empty.")
    if b"%PDF-" in content[:1024]:
        return _read_pdf(path.name, content)
    return _read_text(path.name, content)


def _read_text(name: str, content: bytes) -> Source:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotAReportError(f"{name} is in UTF-16; save it as UTF-8.")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NotAReportError(f"{name} is a word processor's file; save it as text or as PDF.")
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8")):
        raise NotAReportError(f"{name} is a picture; a report is read as text or as PDF.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotAReportError(
            f"{name}, line {line}: byte 0x{content[error.start]:02x} is not UTF-8; the text is in"
            " another encoding, perhaps Windows-1252. Save it as UTF-8."
        ) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise NotAReportError(f"{name}, line {line}: a null byte; this is no text file.")
    if re.match(r"\s*(?:<!doctype html|<html)", text, re.IGNORECASE):
        raise NotAReportError(f"{name} is a web page; save the report itself as text or as PDF.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    has_pages = "\f" in text
    lines: list[Line] = []
    page = 1
    for number, raw in enumerate(text.split("\n"), 1):
        for position, part in enumerate(raw.split("\f")):
            if position:
                page += 1
                lines.append(Line("", number, page))
            lines.append(Line(tidy(part), number, page if has_pages else None))
    return Source(name, lines, page if has_pages else None, False, text)


def tidy(text: str) -> str:
    """A line without the invisible: ligatures, odd spaces and soft hyphens resolved."""
    for mark in _LINE_END_HYPHENS:
        text = text.replace(mark, "-")
    return text.translate(_LIGATURES).strip(" ")


@dataclass
class _PdfLine:
    characters: list[tuple[str, float]]
    first: int
    last: int
    baseline: float = 0.0
    is_bold: bool = False

    @property
    def size(self) -> float:
        sizes = Counter(size for character, size in self.characters if not character.isspace())
        return sizes.most_common(1)[0][0] if sizes else 0.0

    @property
    def text(self) -> str:
        # A raised number is the mark of a footnote, not part of the sentence.
        size = self.size
        return tidy(
            "".join(
                character
                for character, own in self.characters
                if not (character.isdigit() and own <= size * 0.75)
            )
        )


def _read_pdf(name: str, content: bytes) -> Source:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise NotAReportError(
                f"{name} is encrypted: it asks for a password. Save it without one."
            ) from error
        raise NotAReportError(f"{name} is a damaged PDF or only part of one.") from error
    try:
        pages = [_page_lines(document, index) for index in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise NotAReportError(f"{name} is a damaged PDF or only part of one.") from error
    finally:
        document.close()
    letters = sum(character.isalpha() for page in pages for line in page for character in line.text)
    if letters < _LETTERS_PER_PAGE * max(len(pages), 1):
        raise NotAReportError(
            f"{name} holds pictures of pages without text ({len(pages)} pages, {letters}"
            " letters); it was scanned. Recognise its text first, or find the original."
        )
    return Source(name, _with_layout(pages), len(pages), True)


def _page_lines(document: pypdfium2.PdfDocument, index: int) -> list[_PdfLine]:
    page = document[index]
    text_page = page.get_textpage()
    raw = text_page.raw
    across, up = ctypes.c_double(), ctypes.c_double()
    lines: list[_PdfLine] = []
    current: _PdfLine | None = None
    for position in range(pdfium.FPDFText_CountChars(raw)):
        character = chr(pdfium.FPDFText_GetUnicode(raw, position))
        if character in "\r\n":
            current = None
            continue
        size = round(pdfium.FPDFText_GetFontSize(raw, position), 1)
        if current is None:
            current = _PdfLine([], position, position)
            lines.append(current)
        current.characters.append((character, size))
        if not character.isspace():
            if len(current.characters) < 2 or not current.baseline:
                pdfium.FPDFText_GetCharOrigin(raw, position, across, up)
                current.baseline = up.value
            current.last = position
    for line in lines:
        line.is_bold = all(
            _is_bold(raw, position)
            for position in (line.first, (line.first + line.last) // 2, line.last)
        )
    text_page.close()
    page.close()
    return [line for line in lines if line.text]


def _is_bold(raw: object, position: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(raw, position) >= 600:
        return True
    buffer = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, position, buffer, 128, flags)
    return b"bold" in buffer.value.lower()


def _with_layout(pages: list[list[_PdfLine]]) -> list[Line]:
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.characters)
    body = sizes.most_common(1)[0][0]
    steps = sorted(
        before.baseline - line.baseline
        for page in pages
        for before, line in itertools.pairwise(page)
        if before.size == body == line.size and before.baseline - line.baseline > body * 0.8
    )
    # Paragraphs stand apart by more than lines do. In a report of short paragraphs most steps
    # may be those between paragraphs, so that the small ones tell.
    usual = steps[len(steps) // 10] if steps else body * 1.2
    lines: list[Line] = []
    for page_number, page in enumerate(pages, 1):
        previous: _PdfLine | None = None
        for number, line in enumerate(page, 1):
            gap = previous.baseline - line.baseline if previous else None
            differs = previous is not None and abs(previous.size - line.size) > body * 0.1
            if gap is None or gap > usual * 1.25 or gap < -body or differs:
                lines.append(Line("", number, page_number))
            style = "bold" if line.is_bold else ""
            if line.size >= body * 1.12:
                style = "heading"
            elif line.size <= body * 0.85:
                style = "small"
            lines.append(Line(line.text, number, page_number, style))
            previous = line
    return lines
