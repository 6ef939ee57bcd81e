"""Places of rows' words and of pieces of text on a page."""

from typing import Any

from inspections.review.folder.proposal import DOCUMENT
from inspections.review.page_images import Box, PageImages
from inspections.review.pages import Review


def marks_on(review: Review, images: PageImages, page: int) -> dict[str, Any]:
    """The boxes of rows and of pieces of text on a page, as the script draws them.

    Args:
        review: The proposal.
        images: What reads the page.
        page: The page, from 1.

    Raises:
        PageError: There is no such page.
    """
    path = review.proposal.folder / DOCUMENT
    rows = []
    for card in review.cards.values():
        row = card.row
        if row.page is None or not row.page <= page <= row.page + 1:
            continue
        # What starts near the foot of a page may go on over the next.
        goes_on = page != row.page
        if goes_on and (not row.words or images.stand_whole(path, row.page, row.words)):
            continue
        boxes = images.places(path, page, row.words, goes_on) if row.words else []
        if not boxes:
            boxes = [box[1:] for box in row.boxes if box[0] == page]
        if boxes:
            rows.append({"key": row.key, "doubtful": row.key in review.asked_keys, "boxes": boxes})
    blocks = []
    for block in review.proposal.blocks:
        if block.page is None or not block.page <= page <= block.page + 1:
            continue
        own: list[Box] = [box[1:] for box in block.boxes if box[0] == page]
        if not block.boxes and block.page == page:
            own = images.places(path, page, block.text)
        if own:
            blocks.append({"block": block.number, "text": block.text, "boxes": own})
    return {"rows": rows, "blocks": blocks}
