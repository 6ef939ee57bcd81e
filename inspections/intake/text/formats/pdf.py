"""A PDF as words with their positions, sizes and weights, and as lines."""

import ctypes
import itertools
import math
import re
from collections import Counter

import pypdfium2
import pypdfium2.raw as pdfium

from inspections.intake.text.formats.recognition import recognised
from inspections.intake.text.lines import Line, NotAReportError, Source
from inspections.intake.text.model import Box, Page, Word
from inspections.intake.text.rows_of_words import Row, lines_of, rows_of

# Fewer letters than this on a page on average and there is no text in it worth the name.
_LETTERS_PER_PAGE = 20
_SPACES = frozenset(" \t\r\n\u00a0\u2007\u202f\x0b\x0c\u3000")
_OWN_NUMBER = re.compile(r"(?:S\d{1,3}|\d{1,2}\.\d{1,3})$")


def read_pdf(name: str, content: bytes, is_recognised: bool = False) -> Source:
    """Read a PDF.

    Args:
        name: The file's name.
        content: Its bytes.
        is_recognised: Whether its text was recognised in pictures of pages.

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
        pages = [_page(document, index) for index in range(len(document))]
    except pypdfium2.PdfiumError as error:
        raise NotAReportError(f"{name} is a damaged PDF or only part of one.") from error
    finally:
        document.close()
    letters = sum(
        character.isalpha() for page in pages for word in page.words for character in word.text
    )
    if letters < _LETTERS_PER_PAGE * max(len(pages), 1):
        if not is_recognised:
            return read_pdf(name, recognised(name, content, len(pages)), True)
        raise NotAReportError(
            f"{name} holds pictures of pages without text ({len(pages)} pages), and none could be"
            " recognised in them. Find the original."
        )
    return Source(
        name,
        _lines(pages),
        len(pages),
        True,
        content=content,
        sheets=tuple(pages),
        format="pdf",
        is_recognised=is_recognised,
    )


class _Characters:
    """The characters of a page, upright, measured from its top left corner."""

    def __init__(self, page: pypdfium2.PdfPage, raw: object, quarters: int) -> None:
        self.raw = raw
        self.quarters = quarters
        left, bottom, right, top = page.get_cropbox()
        corners = [self._turned(x, y) for x in (left, right) for y in (bottom, top)]
        self.left = min(x for x, _ in corners)
        self.top = max(y for _, y in corners)
        self.width = max(x for x, _ in corners) - self.left
        self.height = self.top - min(y for _, y in corners)
        self.numbers = [ctypes.c_double() for _ in range(4)]

    def _turned(self, across: float, up: float) -> tuple[float, float]:
        return (
            (across, up),
            (up, -across),
            (-across, -up),
            (-up, across),
        )[self.quarters]

    def point(self, across: float, up: float) -> tuple[float, float]:
        """A point of the page's own space, as right of and below the top left corner."""
        x, y = self._turned(across, up)
        return x - self.left, self.top - y

    def edges(self, position: int) -> tuple[float, float]:
        """The left and the right edge of a character."""
        left, right, bottom, top = self.numbers
        pdfium.FPDFText_GetCharBox(self.raw, position, left, right, bottom, top)
        if not self.quarters:
            return left.value - self.left, right.value - self.left
        first = self.point(left.value, bottom.value)[0]
        second = self.point(right.value, top.value)[0]
        return min(first, second), max(first, second)

    def origin(self, position: int) -> tuple[float, float]:
        """Where a character begins, on its baseline."""
        across, up = self.numbers[:2]
        pdfium.FPDFText_GetCharOrigin(self.raw, position, across, up)
        return self.point(across.value, up.value)


def _page(document: pypdfium2.PdfDocument, index: int) -> Page:
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
    characters = _Characters(page, text_page.raw, quarters)
    words = _words(text_page.raw, characters, index + 1)
    rules = _rules(page, characters)
    text_page.close()
    page.close()
    return Page(index + 1, characters.width, characters.height, tuple(words), tuple(rules))


def _words(raw: object, characters: _Characters, page: int) -> list[Word]:
    """The words of a page: what no white space and no jump parts."""
    words: list[Word] = []
    letters: list[tuple[str, float]] = []
    first = 0
    left = right = baseline = 0.0

    def close() -> None:
        nonlocal letters
        if letters:
            word = _word(letters, page, (left, right, baseline), raw, first, not words)
            if word is not None:
                words.append(word)
        letters = []

    for position in range(pdfium.FPDFText_CountChars(raw)):
        character = chr(pdfium.FPDFText_GetUnicode(raw, position))
        if character in _SPACES or character == "\x00":
            close()
            continue
        size = round(pdfium.FPDFText_GetFontSize(raw, position), 1)
        start, end = characters.edges(position)
        # PDFium itself ends a line where the baseline changes; within one, a jump ends a word.
        if letters and (start - right > max(size, 4) * 0.6 or start < right - size * 3):
            close()
        if not letters:
            origin = characters.origin(position)
            first, left, right, baseline = position, min(start, origin[0]), end, origin[1]
        letters.append((character, size))
        if end > right:
            right = end
    close()
    return words


def _word(
    letters: list[tuple[str, float]],
    page: int,
    place: tuple[float, float, float],
    raw: object,
    first: int,
    is_first: bool,
) -> Word | None:
    left, right, baseline = place
    sizes = Counter(size for _, size in letters)
    size = max(sizes, key=lambda each: (sizes[each], each))
    largest = max(sizes)
    if any(character.isalpha() for character, height in letters if height == largest):
        # A raised number behind a word is the mark of a footnote, not part of the sentence.
        kept = [
            (character, height)
            for character, height in letters
            if not (character.isdigit() and height <= largest * 0.8)
        ]
    else:
        kept = letters
    text = "".join(character for character, _ in kept)
    if not text:
        return None
    box = Box(left, baseline - size * 0.8, right, baseline)
    return Word(text, page, box, size, _is_bold(raw, first))


def _rules(page: pypdfium2.PdfPage, characters: _Characters) -> list[Box]:
    """The horizontal and vertical lines of a page."""
    found = []
    for each in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=2):
        left, bottom, right, top = each.get_bounds()
        first, second = characters.point(left, bottom), characters.point(right, top)
        box = Box(
            min(first[0], second[0]),
            min(first[1], second[1]),
            max(first[0], second[0]),
            max(first[1], second[1]),
        )
        width, height = box.right - box.left, box.bottom - box.top
        if min(width, height) <= 3 and max(width, height) >= 10:
            found.append(box)
        elif width > 20 and height > 8 and (width < characters.width * 0.98):
            # A frame or a coloured field: its edges part the rows of a table.
            found.append(Box(box.left, box.top, box.right, box.top))
            found.append(Box(box.left, box.bottom, box.right, box.bottom))
    return found


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


def _lines(pages: list[Page]) -> list[Line]:
    sizes: Counter[float] = Counter()
    for page in pages:
        for word in page.words:
            sizes[word.size] += len(word.text)
    body = sizes.most_common(1)[0][0] or 1.0
    sheets = [_without_marks(rows_of(page.words, body)) for page in pages]
    steps = sorted(
        row.baseline - before.baseline
        for rows in sheets
        for before, row in itertools.pairwise(rows)
        if before.size == body == row.size and row.baseline - before.baseline > body * 0.8
    )
    # Paragraphs stand apart by more than lines do. In a report of short paragraphs most steps
    # may be those between paragraphs, so that the small ones tell.
    usual = steps[len(steps) // 10] if steps else body * 1.2
    for rows in sheets:
        for row in rows:
            if row.size >= body * 1.12:
                row.style = "heading"
            elif row.size <= body * 0.85:
                row.style = "small"
            elif all(word.is_bold for word in row.words[_has_mark(row) :]):
                row.style = "bold"
    return lines_of(pages, sheets, body, usual)


def _has_mark(row: Row) -> bool:
    """Whether a row opens with a number or a letter, whose weight is its own."""
    return len(row.words) > 1 and bool(re.match(r"^\S{1,5}[.)]$|^\S?\d", row.words[0].text))


def _without_marks(rows: list[Row]) -> list[Row]:
    """Rows without the raised numbers of footnotes that are apart from a word."""
    kept = []
    for place, row in enumerate(rows):
        following = rows[place + 1] if place + 1 < len(rows) else None
        if (
            following is not None
            and row.size <= following.size * 0.8
            and all(word.text.isdigit() for word in row.words)
            and following.baseline - row.baseline < following.size * 0.7
        ):
            # The mark was carried to the next line, and stands raised at its start.
            continue
        words = [
            word
            for position, word in enumerate(row.words)
            if not (
                position
                and word.text.isdigit()
                and word.size <= row.size * 0.8
                and not _OWN_NUMBER.match(word.text)
            )
        ]
        kept.append(Row(words, row.baseline, row.size))
    return kept
