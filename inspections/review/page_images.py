"""Images of a PDF's pages, made on request, and the places of words on them.

PDFium may be used by one thread at a time. A page takes it some 50 milliseconds, so that pages are
kept as long as they are likely to be asked for again.
"""

import ctypes
import io
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from inspections.errors import ActionableError
from inspections.log.files.event_folder import state_of

# Dots a point: a page of A4 is some 1,070 dots wide, sharp on the column that it fills.
SCALE = 1.8
_KEPT_PAGES = 40
# Fewer letters than these stand on a page by chance.
_SHORTEST_PART = 20
_KEPT_DOCUMENTS = 4

Box = tuple[float, float, float, float]


class PageError(ActionableError):
    """A page cannot be shown."""


@dataclass(frozen=True)
class PageText:
    """The letters of a page, without white space, and the place of each.

    Attributes:
        letters: The letters, in the order of the file.
        boxes: The box of each: left, top, right and bottom, from the page's top left.
    """

    letters: str
    boxes: tuple[Box, ...]


class PageImages:
    """The pages of the PDFs of some proposals."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._documents: OrderedDict[tuple[Path, tuple[int, int]], pypdfium2.PdfDocument] = (
            OrderedDict()
        )
        self._images: OrderedDict[tuple[Path, tuple[int, int], int], bytes] = OrderedDict()
        self._texts: OrderedDict[tuple[Path, tuple[int, int], int], PageText] = OrderedDict()

    def close(self) -> None:
        """Close the documents."""
        with self._lock:
            for document in self._documents.values():
                document.close()
            self._documents.clear()

    def sizes(self, path: Path) -> list[tuple[float, float]]:
        """The width and height of each page, in points.

        Raises:
            PageError: The file is no PDF that can be shown.
        """
        with self._lock:
            document = self._document(path)
            return [document.get_page_size(index) for index in range(len(document))]

    def image(self, path: Path, page: int) -> bytes:
        """A page as a PNG.

        Args:
            path: The PDF.
            page: The page, from 1.

        Raises:
            PageError: There is no such page.
        """
        key = (path, state_of(path), page)
        with self._lock:
            if key in self._images:
                self._images.move_to_end(key)
                return self._images[key]
            opened = self._page(path, page)
            try:
                picture = opened.render(scale=SCALE).to_pil()
            finally:
                opened.close()
            buffer = io.BytesIO()
            # Type on paper needs few colours: a palette makes a third of the size.
            picture.convert("L").quantize(16).save(buffer, "PNG")
            self._images[key] = buffer.getvalue()
            if len(self._images) > _KEPT_PAGES:
                self._images.popitem(last=False)
            return self._images[key]

    def places(self, path: Path, page: int, words: str, goes_on: bool = False) -> list[Box]:
        """Boxes of words on a page, one per line; none if the page lacks them.

        Args:
            path: The PDF.
            page: The page, from 1.
            words: The words.
            goes_on: Whether to look for the end of what begins on the page before; else a part
                that goes on over the page break is found by its beginning.
        """
        sought = _letters(words)
        if not sought:
            return []
        text = self._text(path, page)
        start = text.letters.find(sought)
        if start >= 0:
            return [] if goes_on else _lines(text.boxes[start : start + len(sought)])
        # The longest beginning that stands on this page, or the longest end.
        for length in (len(sought) * share // 8 for share in range(7, 0, -1)):
            if length < _SHORTEST_PART:
                return []
            start = text.letters.find(sought[-length:] if goes_on else sought[:length])
            if start >= 0:
                return _lines(text.boxes[start : start + length])
        return []

    def stand_whole(self, path: Path, page: int, words: str) -> bool:
        """Whether a page has all of the words."""
        return _letters(words) in self._text(path, page).letters

    def _document(self, path: Path) -> pypdfium2.PdfDocument:
        key = (path, state_of(path))
        if key not in self._documents:
            try:
                self._documents[key] = pypdfium2.PdfDocument(path.read_bytes())
            except (pypdfium2.PdfiumError, OSError) as error:
                raise PageError(f"{path.name} is no PDF that can be shown.") from error
            if len(self._documents) > _KEPT_DOCUMENTS:
                self._documents.popitem(last=False)[1].close()
        self._documents.move_to_end(key)
        return self._documents[key]

    def _page(self, path: Path, page: int) -> pypdfium2.PdfPage:
        document = self._document(path)
        if not 1 <= page <= len(document):
            raise PageError(f"{path.name} has no page {page}.")
        try:
            return document[page - 1]
        except pypdfium2.PdfiumError as error:
            raise PageError(f"Page {page} of {path.name} cannot be shown.") from error

    def _text(self, path: Path, page: int) -> PageText:
        key = (path, state_of(path), page)
        with self._lock:
            if key in self._texts:
                self._texts.move_to_end(key)
                return self._texts[key]
            opened = self._page(path, page)
            try:
                self._texts[key] = _read(opened)
            finally:
                opened.close()
            if len(self._texts) > _KEPT_PAGES:
                self._texts.popitem(last=False)
            return self._texts[key]


def _read(page: pypdfium2.PdfPage) -> PageText:
    text_page = page.get_textpage()
    raw = text_page.raw
    width, height = page.get_size()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    x_start, y_start = page.get_mediabox()[:2]
    letters: list[str] = []
    boxes: list[Box] = []
    for position in range(pdfium.FPDFText_CountChars(raw)):
        character = chr(pdfium.FPDFText_GetUnicode(raw, position))
        for letter in _letters(character):
            pdfium.FPDFText_GetCharBox(raw, position, left, right, bottom, top)
            box = (left.value - x_start, bottom.value - y_start,
                   right.value - x_start, top.value - y_start)  # fmt: skip
            letters.append(letter)
            boxes.append(_turned(box, page.get_rotation() // 90, width, height))
    text_page.close()
    return PageText("".join(letters), tuple(boxes))


def _turned(box: Box, quarters: int, width: float, height: float) -> Box:
    """A box from the top left of the page as it is shown; PDF counts from the bottom left."""
    left, bottom, right, top = box
    if quarters == 1:
        return bottom, left, top, right
    if quarters == 2:
        return width - right, bottom, width - left, top
    if quarters == 3:
        return width - top, height - right, width - bottom, height - left
    return left, height - top, right, height - bottom


def _letters(text: str) -> str:
    """The letters and digits of a text: what differs between a line as printed and as read."""
    return "".join(
        letter
        for letter in text.replace("ﬁ", "fi").replace("ﬂ", "fl").replace("ﬀ", "ff").casefold()
        if letter.isalnum()
    )


def _lines(boxes: tuple[Box, ...]) -> list[Box]:
    """Boxes of letters joined to one a line."""
    lines: list[Box] = []
    for left, top, right, bottom in boxes:
        if lines:
            before = lines[-1]
            middle = (top + bottom) / 2
            is_same = before[1] - 2 <= middle <= before[3] + 2 and left >= before[0] - 1
            if is_same and left - before[2] < 40:
                lines[-1] = (
                    min(left, before[0]),
                    min(top, before[1]),
                    max(right, before[2]),
                    max(bottom, before[3]),
                )
                continue
        lines.append((left, top, right, bottom))
    return [
        (round(left - 1, 1), round(top - 1.5, 1), round(right + 1, 1), round(bottom + 1.5, 1))
        for left, top, right, bottom in lines
    ]
