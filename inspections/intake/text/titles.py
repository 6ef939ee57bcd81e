"""The title page: which establishments a document is about, and on which days."""

import re
from collections.abc import Sequence

from inspections.intake.grammar import Days, days_in
from inspections.intake.text.lines import Line
from inspections.intake.text.names import Named, establishments_in, without_what_ends_a_title
from inspections.intake.text.patterns import bare

# The title page is at the front; what is longer is none.
_TITLE_LINES = 60
_JOINS = re.compile(r"^(?:and\b|&|/|,|\(|HM\s?P|HM\s?YOI|HM Prison|YOI\b)", re.IGNORECASE)
_OPEN = re.compile(r"(?:\band|&|/|,|\bof|\bthe|\bon|\bat)$", re.IGNORECASE)


def names_in_title(lines: Sequence[Line], lead: re.Pattern[str]) -> Named:
    """Read the names that follow a title's opening words.

    Args:
        lines: The document's lines.
        lead: What stands before the name, such as «review of progress at».

    Returns:
        The establishments, none where the opening words or a name are missing.
    """
    words = ""
    region: list[str] = []
    is_open = False
    after_gap = False
    for line in lines[: _TITLE_LINES * 2]:
        text = bare(line.text)
        if not text:
            after_gap = True
            continue
        if not is_open:
            # The opening words may run over two lines.
            joined = f"{words} {text}".strip()
            match = lead.search(text) or lead.search(joined)
            if match is None:
                words = text
                continue
            is_open = True
            text = (match.string[match.end() :]).strip()
            after_gap = False
            if not text:
                continue
        elif after_gap and region and not _JOINS.match(text) and not _OPEN.search(region[-1]):
            break
        kept = without_what_ends_a_title(text)
        if kept:
            region.append(kept)
        if kept != text.strip(" ,;."):
            break
        after_gap = False
        if len(region) > 8:
            break
    return establishments_in(" ".join(region))


def days_in_title(lines: Sequence[Line], until: int) -> Days | None:
    """The days of the visit: the first line of the title page that is little but days.

    Args:
        lines: The document's lines.
        until: Where the title page ends.
    """
    for line in lines[:until]:
        days = days_in(line.text)
        if days and days.precision == "day" and len(line.text) < 60 + len(days.text):
            return days
    return None


_DOCUMENT_TITLE = re.compile(
    r"^(?:report on (?:an? )?(?:independent review of progress|(?:un)?announced .{0,30}inspection"
    r"|scrutiny visit|short scrutiny visits?)\b|a response to the hmip\b"
    r"|hmpps action plan\b)",
    re.IGNORECASE,
)


def second_titles(lines: Sequence[Line]) -> list[Line]:
    """Lines behind the title page that open a document with another title.

    Args:
        lines: The document's lines. A title that runs along the pages is none.
    """
    found: dict[str, int] = {}
    for position, line in enumerate(lines):
        text = bare(line.text)
        if line.style == "furniture":
            continue
        if len(text) < 160 and _DOCUMENT_TITLE.match(text):
            found.setdefault(_without_number(text), position)
    # A title page may say what it is twice.
    front = min(found.values(), default=0) + _TITLE_LINES
    return [lines[position] for position in found.values() if position > front]


def _without_number(text: str) -> str:
    """A title without the page's number beside it, case and dots apart."""
    return re.sub(r"^\d{1,3}\s+|\s+\d{1,3}$", "", text).casefold().strip(" .")
