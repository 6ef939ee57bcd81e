"""Writes the places of a proposal's rows in the document: ``blocks.csv`` and ``places.csv``.

``blocks.csv`` has the document's text in pieces, each with its place and its fate. ``places.csv``
has each proposed row with the rule that made it, the piece it rests on and the words. A person is
shown both. Nothing in the log depends on them.
"""

from inspections.intake.against_log import Sorted
from inspections.intake.reading import Reading
from inspections.intake.rows import NOTE, SURE
from inspections.intake.text.model import Block, Box, Place

BLOCKS = "blocks.csv"
PLACES = "places.csv"
# The rule of a row that rests on no piece of the text.
TITLE_PAGE = "title page"
_BOX = ("page", "left", "top", "right", "bottom")
BLOCK_COLUMNS = (
    "block",
    "part",
    *_BOX,
    "page_width",
    "page_height",
    "line",
    "kind",
    "table",
    "row",
    "column",
    "section",
    "fate",
    "why",
    "text",
)
PLACE_COLUMNS = (
    "event_type",
    "event_id",
    "became",
    "is_sure",
    "rule",
    "block",
    *_BOX,
    "words",
)


def block_rows(reading: Reading) -> list[dict[str, str]]:
    """The rows of ``blocks.csv``: a row for each block, and one more for each further page.

    Args:
        reading: The document as read.
    """
    sizes = {page.number: page for page in reading.source.sheets}
    found = []
    for number, block in enumerate(reading.layout.blocks, 1):
        fate, why = reading.fate_of(block)
        for part, place in enumerate(block.places or [Place(block.page, None)], 1):
            size = sizes.get(place.page or 0)
            is_first = part == 1
            found.append(
                {
                    "block": str(number),
                    "part": str(part),
                    **_box(place.page, place.box),
                    "page_width": f"{size.width:.1f}" if size else "",
                    "page_height": f"{size.height:.1f}" if size else "",
                    "line": str(block.number),
                    "kind": _kind(block),
                    "table": str(block.cell.table) if block.cell else "",
                    "row": str(block.cell.row) if block.cell else "",
                    "column": str(block.cell.column) if block.cell else "",
                    "section": reading.sections.get(id(block), ""),
                    "fate": fate,
                    "why": why if is_first else "",
                    # A block that goes on over a page break has its whole text in its first row.
                    "text": block.text if is_first else "",
                }
            )
    return found


def place_rows(reading: Reading, found: Sorted) -> list[dict[str, str]]:
    """The rows of ``places.csv``: a row for each proposed row and place that it rests on.

    Args:
        reading: The document as read.
        found: What became of its rows against the log.
    """
    numbers = {id(block): number for number, block in enumerate(reading.layout.blocks, 1)}
    by_row = {(source.event_type, source.place): source for source in reading.proposal.sources}
    written = []
    for event_type, rows in reading.proposal.rows.items():
        for position, row in enumerate(rows):
            became, as_written = found.became.get((event_type, position), ("new", row))
            source = by_row.get((event_type, position))
            block = source.block if source else None
            places = block.places if block and block.places else [Place(None, None)]
            for place in places:
                written.append(
                    {
                        "event_type": event_type,
                        "event_id": as_written["event_id"],
                        "became": became,
                        "is_sure": str(row[NOTE].startswith(SURE)).lower(),
                        "rule": source.rule if source else TITLE_PAGE,
                        "block": str(numbers.get(id(block), "")) if block else "",
                        **_box(place.page or (block.page if block else None), place.box),
                        "words": source.sentence if source else "",
                    }
                )
    return written


def _box(page: int | None, box: Box | None) -> dict[str, str]:
    edges = (box.left, box.top, box.right, box.bottom) if box else ()
    values = [f"{edge:.1f}" for edge in edges] or [""] * 4
    return dict(zip(_BOX, [str(page or ""), *values], strict=True))


def _kind(block: Block) -> str:
    if block.cell is not None:
        return "cell"
    if block.is_heading:
        return "heading"
    if block.style in ("caption", "small"):
        return block.style
    return "paragraph"
