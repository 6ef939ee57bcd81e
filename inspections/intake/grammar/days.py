"""The days, months and years that a text names."""

import itertools
import re
from dataclasses import dataclass
from datetime import date

from inspections.intake.grammar.sentences import (
    MONTH,
    MONTHS,
)


@dataclass(frozen=True)
class Days:
    """Days, months or years as a text gives them.

    Attributes:
        start: The first day; with precision month or year the first of it.
        end: The last day; with precision month or year the first of the last month or year.
        precision: ``day``, ``month`` or ``year``.
        stretches: How many stretches apart the text names.
        text: The words.
    """

    start: date
    end: date
    precision: str
    stretches: int
    text: str


_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_JOINT = r"(?:\s*[-–—]\s*|\s+(?:to|until)\s+)"
_STRETCH = rf"{_DAY}(?:\s+{MONTH})?(?:\s+\d{{4}})?(?:{_JOINT}{_DAY}(?:\s+{MONTH})?)?"
_AND = r"(?:\s*(?:,\s*and\b|[,;&])\s*|\s+and\s+)"
_DAYS = re.compile(
    rf"(?P<stretches>{_STRETCH}(?:{_AND}{_STRETCH})*)"
    r"(?<=[a-z])\s+(?P<year>\d{4})"
)
_MONTHS_RANGE = re.compile(
    rf"(?P<first>{MONTH})(?:,?\s+(?P<first_year>\d{{4}}))?(?:\s*(?:[-–—/]|to|and)\s*"
    rf"(?P<last>{MONTH}))?,?\s+(?P<year>\d{{4}})"
)
_YEAR = re.compile(r"\b(?P<year>(?:19|20)\d{2})\b")


_CAPITALS = re.compile(r"\b(?:" + "|".join(month.upper() for month in MONTHS) + r")\b")


def days_in(text: str) -> Days | None:
    """The first days, months or year that a text names, as exactly as it names them."""
    text = _CAPITALS.sub(lambda match: match[0].capitalize(), text)
    text = re.sub(r"\b(between \d{1,2}(?: [A-Z]\w+)?) and\b", r"\1 to", " ".join(text.split()))
    if match := _DAYS.search(text):
        found = _days(match["stretches"], int(match["year"]))
        if found:
            first, last, stretches = found
            return Days(first, last, "day", stretches, match[0])
    if match := _MONTHS_RANGE.search(text):
        year = int(match["year"])
        first = date(int(match["first_year"] or year), MONTHS[match["first"].lower()], 1)
        last = date(year, MONTHS[(match["last"] or match["first"]).lower()], 1)
        if last >= first:
            return Days(first, last, "month", 1, match[0])
    if match := _YEAR.search(text):
        year_start = date(int(match["year"]), 1, 1)
        return Days(year_start, year_start, "year", 1, match[0])
    return None


def _days(text: str, year: int) -> tuple[date, date, int] | None:
    pieces = re.split(_AND, text)
    month: str | None = None
    found: list[tuple[date, date]] = []
    # Months are named once for several days, and the last is always named: read backwards.
    for piece in reversed(pieces):
        ends = []
        for part in reversed(re.split(_JOINT, piece)):
            match = re.match(
                rf"(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+({MONTH}))?(?:\s+(\d{{4}}))?$", part.strip()
            )
            month = (match[2] if match else None) or month
            if match is None or month is None:
                return None
            year = int(match[3] or year)
            try:
                ends.append(date(year, MONTHS[month.lower()], int(match[1])))
            except ValueError:
                return None
        found.append((ends[-1], ends[0]))
    found.reverse()
    if any(last < first for first, last in found) or any(
        later[0] <= earlier[1] for earlier, later in itertools.pairwise(found)
    ):
        return None
    stretches = 1
    for earlier, later in itertools.pairwise(found):
        stretches += (later[0] - earlier[1]).days > 1
    return found[0][0], found[-1][1], stretches


def years_in(text: str) -> list[int]:
    """The years that a text names, each once."""
    return list(dict.fromkeys(int(match["year"]) for match in _YEAR.finditer(text)))
