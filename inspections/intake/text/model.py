"""The document model: what every format is read into, and what every rule reads.

A format reader gives words and lines (:mod:`inspections.intake.text.lines`). Lines become blocks.
Each piece knows its page and its box, so that a person can be shown where a fact stands.
"""

from dataclasses import dataclass, field


class Remark(str):
    """What a note says of a row whose facts are certain: how its id was made, what is left empty.

    Any other reason in a note is a doubt. What makes the reason says which it is: no rule reads its
    words.
    """

    __slots__ = ()


class CutOff(str):
    """The doubt that a text may be cut off; its letters are not looked at for further doubts."""

    __slots__ = ()


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, measured from the page's top left corner.

    In a PDF the unit is the point. In a text file it is the character across and the line down.

    Attributes:
        left: Its left edge.
        top: Its top edge.
        right: Its right edge.
        bottom: Its bottom edge.
    """

    left: float
    top: float
    right: float
    bottom: float

    def joined(self, other: "Box") -> "Box":
        """The smallest box around this one and another."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True)
class Word:
    """A word as printed.

    Attributes:
        text: Its letters, with the punctuation that touches it.
        page: Its page, from 1.
        box: Where it stands.
        size: The size of its type; 1 in a text file.
        is_bold: Whether it is set in bold.
    """

    text: str
    page: int
    box: Box
    size: float = 1.0
    is_bold: bool = False


@dataclass(frozen=True)
class Cell:
    """The place of a line or a block in a table.

    Attributes:
        table: The table's number in the document, from 1.
        row: The row's number in the table, from 1; rows go on over a page break.
        column: The column's number, from 1.
        header: The words at the head of the column; empty where the table has no header.
    """

    table: int
    row: int
    column: int
    header: str = ""


@dataclass(frozen=True)
class Place:
    """A part of a page.

    Attributes:
        page: The page, from 1; none in a text without pages.
        box: The part; none where the format has no positions.
    """

    page: int | None
    box: Box | None


@dataclass(frozen=True)
class Page:
    """A page's size and words.

    Attributes:
        number: Its number, from 1.
        width: Its width in the unit of the boxes.
        height: Its height.
        words: Its words, in the order of the file.
        rules: The horizontal and vertical lines that are drawn on it.
        first_line: The number in the file of a text page's first line; none in a PDF.
    """

    number: int
    width: float
    height: float
    words: tuple[Word, ...]
    rules: tuple[Box, ...] = ()
    first_line: int | None = None


@dataclass
class Block:
    """A paragraph, a heading or another separate piece of text.

    Attributes:
        text: Its text in one line, marks of emphasis taken out.
        number: The line on which it starts.
        page: The page on which it starts.
        is_heading: Whether its type or mark-up makes it a heading.
        doubts: Why its text may not be as the report has it, and remarks on it.
        style: ``heading``, ``bold``, ``small``, ``caption`` or empty.
        places: Where it stands: one place for each page that it covers.
        cell: Its place in a table; none outside tables. A cell is one block.
        level: The heading's level where the format has levels, from 1; 0 where it has none.
        size: The size of its type; 0 where the format has none.
        indent: Where its text begins across, behind a number or a bullet.
    """

    text: str
    number: int
    page: int | None = None
    is_heading: bool = False
    doubts: list[str] = field(default_factory=list)
    style: str = ""
    places: list[Place] = field(default_factory=list)
    cell: Cell | None = None
    level: int = 0
    size: float = 0.0
    indent: float | None = None

    def extend(self, page: int | None, box: Box | None) -> None:
        """Add a line's place to the block's places."""
        if box is None and page is None:
            return
        last = self.places[-1] if self.places else None
        if last is not None and last.page == page and last.box is not None and box is not None:
            self.places[-1] = Place(page, last.box.joined(box))
        elif last is None or last.page != page:
            self.places.append(Place(page, box))
