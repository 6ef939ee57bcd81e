"""Examples of notable positive practice: as text, as entries of a list, as rows of a table."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from inspections.intake.text.model import Block
from inspections.intake.text.patterns import REFERENCE

SEE = re.compile(
    rf"[(\s]*\b[Ss]ee (?:also )?paragraphs? (?P<see>{REFERENCE}(?:(?:,| and) {REFERENCE})*)\.?\)?"
    r"\.?\s*$"
)
_SEE_WITHIN = re.compile(rf"\s+See paragraphs? (?P<see>{REFERENCE})\s+(?=[a-z])")
SEE_ALONE = re.compile(
    rf"^\(?(?:[Ss]ee (?:also )?)?(?:[Pp]ara(?:graph)?s?\.? )?(?P<see>{REFERENCE}"
    rf"(?:(?:,| and|,? ?&) {REFERENCE})*)\.?\)?$"
)
ITEM_LETTER = re.compile(
    r"^(?:[-*•]\s+)?\(?(?:[a-z]|\d{1,2})[).]\s+|^(?:[-*•]|\d{1,2})\s+(?=[A-Z])"
)
# What introduces the examples is none.
PRACTICE_FRAME = re.compile(
    r"^(?:We define|Inspectors (?:found|identified)|We found|During this inspection)\b"
)


@dataclass
class PracticeRead:
    """An example of notable positive practice.

    Attributes:
        text: The example without its letter and its pointer.
        place: Where it stands: its number, or the label of its section.
        see: The paragraph that it points to; empty where it points to none.
    """

    text: str
    place: str
    see: str
    block: Block
    doubts: list[str] = field(default_factory=list)


def practice_of(text: str, number: str, label: str, block: Block) -> PracticeRead | None:
    """Read an example; none where nothing is left but a pointer.

    Args:
        text: The example as printed.
        number: Its number; empty where it has none.
        label: The label of its section.
        block: Where it stands.
    """
    text = ITEM_LETTER.sub("", " ".join(text.split()))
    see = SEE.search(text)
    if see:
        text = text[: see.start()].strip()
    doubts = []
    within = None if see else _SEE_WITHIN.search(text)
    if within:
        # A narrow column beside it was read into it.
        text = f"{text[: within.start()]} {text[within.end() :]}".strip()
        doubts = ["the words of the column beside it were taken out of it"]
    if not text:
        return None
    see = see or within
    return PracticeRead(text, number or label, see["see"] if see else number, block, doubts)


def practice_of_row(cells: Sequence[Block], label: str) -> PracticeRead | None:
    """Read a row of a table: an example with the pointer next to it.

    Args:
        cells: The row's cells from left to right.
        label: The label of its section.
    """
    texts = [cell for cell in cells if not SEE_ALONE.match(cell.text)]
    if not texts:
        return None
    longest = max(texts, key=lambda cell: len(cell.text))
    see = next((match["see"] for cell in cells if (match := SEE_ALONE.match(cell.text))), "")
    text = " ".join(cell.text for cell in texts)
    found = practice_of(f"{text} (See paragraph {see})" if see else text, "", label, longest)
    if found and sum(len(cell.text) > 25 for cell in texts) > 1:
        found.doubts.append("it stands in several cells of a table, read one after another")
    return found
