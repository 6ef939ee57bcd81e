"""Reads the brackets after an item: reference, repeated reference, addressees."""

import re

from inspections.intake.document_types.report.parts import Item
from inspections.intake.text.patterns import REFERENCE

_AT_END = re.compile(
    rf"\s*[(\[](?P<inside>(?:paragraphs? )?{REFERENCE}[^()\[\]]*|(?:repeated|new)[^()\[\]]*)[)\]]"
    r"\.?\s*$",
    re.IGNORECASE,
)
_REPEATS = re.compile(
    r"\brepeated(?: (?:recommendation|concern|housekeeping point))?,?\s*"
    rf"(?P<reference>{REFERENCE})?",
    re.IGNORECASE,
)
_TO_AT_END = re.compile(r"\s*[(\[](?P<to>(?:[Tt]o|Directed to:?) [^()\[\]]{2,120}?)\.?[)\]]\.?\s*$")


def without_addressees(text: str) -> str:
    """An item's text without «(To the governor.)» behind it."""
    return _TO_AT_END.sub("", text).strip()


def reference_behind(text: str) -> str:
    """The paragraph that brackets at the end of an item's text point to; empty where none do."""
    match = _AT_END.search(_TO_AT_END.sub("", text))
    own = match and re.match(rf"(?:paragraphs? )?(?P<own>{REFERENCE})", match["inside"], re.I)
    return own["own"] if own else ""


def take_brackets(item: Item) -> None:
    """Take the reference, what is repeated and the addressees from the end of an item's text."""
    for _ in range(3):
        if match := _TO_AT_END.search(item.text):
            said = re.sub(r"^Directed to:?", "To", match["to"], flags=re.IGNORECASE).strip(" .")
            item.addressees.append(said)
            item.text = item.text[: match.start()].strip()
        elif match := _AT_END.search(item.text):
            inside = match["inside"]
            repeats = _REPEATS.search(inside)
            own = re.match(rf"(?:paragraphs? )?(?P<own>{REFERENCE})", inside, re.IGNORECASE)
            if repeats:
                item.repeats = repeats["reference"] or "?"
            if own and not item.reference:
                item.reference = own["own"]
            elif own and own["own"] != item.reference and not repeats:
                item.doubts.append(f"({inside}) is printed after it, but its own number is another")
            item.text = item.text[: match.start()].strip()
        else:
            break
