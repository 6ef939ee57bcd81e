"""Matches entries of the last section with the items that they repeat, by text, never by place."""

from difflib import SequenceMatcher

from inspections.intake.document_types.report.parts import Item, Restatement
from inspections.intake.text.vocabulary import plain

# Alike enough to be the same but for a slip; what is less alike is left to a person.
_ALIKE = 0.9
# How far the best must be ahead of the next.
_AHEAD = 0.05


def matched(
    items: list[Item], restatements: list[Restatement]
) -> tuple[dict[int, Restatement], list[Restatement]]:
    """Match the entries of the last section with what is followed up.

    Args:
        items: What is followed up, in order.
        restatements: The entries.

    Returns:
        The entries by the place of their item, and those that match none.
    """
    pairs: dict[int, Restatement] = {}
    left: list[Restatement] = []
    keys = [plain(item.text) for item in items]
    for restatement in restatements:
        key = plain(restatement.text)
        exact = [
            place
            for place, own in enumerate(keys)
            if own == key and place not in pairs and _is_of_group(items[place], restatement)
        ]
        if exact:
            pairs[exact[0]] = restatement
        else:
            left.append(restatement)
    unmatched = []
    for restatement in left:
        key = plain(restatement.text)
        alike = sorted(
            (
                (SequenceMatcher(None, own, key, autojunk=False).ratio(), place)
                for place, own in enumerate(keys)
                if place not in pairs and _is_of_group(items[place], restatement)
            ),
            key=lambda each: (-each[0], each[1]),
        )
        is_clear = len(alike) < 2 or alike[0][0] - alike[1][0] >= _AHEAD
        if alike and alike[0][0] >= _ALIKE and is_clear:
            pairs[alike[0][1]] = restatement
        else:
            unmatched.append(restatement)
    return pairs, unmatched


def _is_of_group(item: Item, restatement: Restatement) -> bool:
    """Whether an entry's heading, such as «Ofsted themes», may be that of the item."""
    if not restatement.group:
        return True
    return ("theme" in restatement.group.lower()) == (item.kind == "theme")
