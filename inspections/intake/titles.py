"""The title page: which establishments a document is about, and on which days."""

import re
from collections.abc import Sequence

from inspections.intake.grammar import Days, days_in
from inspections.intake.lines import Line
from inspections.intake.names import Named, establishments_in, without_what_ends_a_title
from inspections.intake.patterns import bare

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
