"""The title page: which establishments a document is about, and on which days."""

import re
from collections import Counter
from collections.abc import Sequence

from inspections.intake.grammar import Days, days_in
from inspections.intake.text.lines import Line
from inspections.intake.text.names import (
    Establishment,
    Named,
    establishments_in,
    without_what_ends_a_title,
)
from inspections.intake.text.patterns import bare
from inspections.intake.text.rows_of_words import FURNITURE

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
        text = _text_of(line) if line.style == FURNITURE else bare(line.text)
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
        if line.style == FURNITURE:
            continue
        if len(text) < 160 and _DOCUMENT_TITLE.match(text):
            found.setdefault(_without_number(text), position)
    # A title page may say what it is twice.
    front = min(found.values(), default=0) + _TITLE_LINES
    return [lines[position] for position in found.values() if position > front]


def _without_number(text: str) -> str:
    """A title without its page number, case and dots."""
    return re.sub(r"^\d{1,3}\s+|\s+\d{1,3}$", "", text).casefold().strip(" .")


def _text_of(line: Line) -> str:
    """A line without the page's number behind it."""
    return re.sub(r"\s+\d{1,3}$", "", bare(line.text))


def establishment_named_in(front: Sequence[Line], lines: Sequence[Line]) -> Establishment | None:
    """The one establishment that a document is about; none where that is open.

    Args:
        front: The lines of the title page.
        lines: All lines: running heads and the text may name it.
    """
    for place in (front, [line for line in lines if line.style == FURNITURE]):
        named = [
            each
            for line in place
            for each in establishments_in(without_what_ends_a_title(_text_of(line))).establishments
        ]
        if len(set(named)) == 1:
            return named[0]
        if named:
            first, count = Counter(named).most_common(1)[0]
            if count > len(named) / 2:
                return first
    everywhere = Counter(
        each
        for line in lines
        for each in establishments_in(_text_of(line)).establishments
        if line.text
    )
    if everywhere:
        first, count = everywhere.most_common(1)[0]
        if count >= 3 and count > sum(everywhere.values()) * 0.7:
            return first
    return None
