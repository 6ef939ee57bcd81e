"""A PDF as lines, with their pages and the sizes and weights of their type."""

import ctypes
import itertools
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import pypdfium2
import pypdfium2.raw as pdfium

from inspections.intake.text.lines import Line, NotAReportError, Source, tidy

# Fewer letters than this on a page on average and there is no text in it worth the name.
_LETTERS_PER_PAGE = 20
_OWN_NUMBER = re.compile(r"\s*(?:S\d{1,3}|\d{1,2}\.\d{1,3})(?=\s)")


@dataclass
class _PdfLine:
    characters: list[tuple[str, float]]
    first: int
    last: int
    baseline: float = 0.0
    is_bold: bool = False

    # Both are asked for often, and only when the line is whole.
    @cached_property
    def size(self) -> float:
        sizes = Counter(size for character, size in self.characters if not character.isspace())
        return sizes.most_common(1)[0][0] if sizes else 0.0

    @cached_property
    def text(self) -> str:
        # A raised number is the mark of a footnote, not part of the sentence.
        size = self.size
        whole = "".join(character for character, _ in self.characters)
        # A paragraph's own number may be set small, but is no such mark.
        own = _OWN_NUMBER.match(whole)
        start = own.end() if own else 0
        return tidy(
            whole[:start]
            + "".join(
                character
                for character, height in self.characters[start:]
                if not (character.isdigit() and height <= size * 0.75)
            )
        )


def read_pdf(name: str, content: bytes) -> Source:
    """Read a PDF.

    Raises:
        NotAReportError: It is encrypted, damaged or without text.
    """
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
    return Source(name, _with_layout(pages), len(pages), True, content=content)


def _page_lines(document: pypdfium2.PdfDocument, index: int) -> list[_PdfLine]:
    page = document[index]
    text_page = page.get_textpage()
    quarters = _quarters(text_page.raw)
    if quarters * 90 != page.get_rotation():
        # A page that lies on its side is read as it is when it is turned upright.
        text_page.close()
        page.set_rotation(quarters * 90)
        page.close()
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
                current.baseline = (up.value, -across.value, -up.value, across.value)[quarters]
            current.last = position
    for line in lines:
        line.is_bold = all(
            _is_bold(raw, position)
            for position in (line.first, (line.first + line.last) // 2, line.last)
        )
    text_page.close()
    page.close()
    return [line for line in lines if line.text]


def _quarters(raw: object) -> int:
    """By how many quarters the text of a page is turned, as most of its characters are."""
    turns: Counter[int] = Counter()
    count = pdfium.FPDFText_CountChars(raw)
    # A few hundred characters tell; all of a long page would take as long as reading it.
    for position in range(0, count, max(count // 300, 1)):
        angle = pdfium.FPDFText_GetCharAngle(raw, position)
        is_space = chr(pdfium.FPDFText_GetUnicode(raw, position)).isspace()
        if angle >= 0 and not is_space:
            turns[round(angle / (math.pi / 2)) % 4] += 1
    return -turns.most_common(1)[0][0] % 4 if turns else 0


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
