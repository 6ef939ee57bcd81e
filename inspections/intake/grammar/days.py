"""The days, months and years that a text names, each read whole or not at all.

The grammar is the project's own. Date libraries (dateutil, dateparser, parsedatetime) fill in what
a text leaves out and drop what they do not know: «31 November» becomes a month, «2019/20» a year. A
date in the log must be as exact as its document prints it, so that any rest is a question here.
"""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from inspections.intake.grammar.sentences import MONTHS


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

    @property
    def is_one(self) -> bool:
        """Whether it is one day, one month or one year."""
        return self.start == self.end


_SHORT = {month[:3]: number for month, number in MONTHS.items()} | {"sept": 9}
_MONTH_NUMBERS = _SHORT | MONTHS
# A short name needs its capital: «may» and «mar» are words.
_MONTH = (
    r"(?:"
    + "|".join(
        f"{name.capitalize()}|{name.upper()}"
        for name in sorted(_MONTH_NUMBERS, key=len, reverse=True)
    )
    + r")\b\.?"
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = (
    r"(?:"
    + "|".join(f"{day.capitalize()}|{day[:3].capitalize()}" for day in _WEEKDAYS)
    + r")\b\.?,?"
)
# No part of a longer number, of a reference such as 3.14, or of a date in figures.
_FREE = r"(?<![\w/.–—-])(?<!\d,)"
_ENDS = r"(?![\w])(?![,.]\d)(?!\s?[/–—-]\s?\d)"
_DAY = r"\d{1,2}(?:\s?(?:st|nd|rd|th))?"
_JOINT = r"(?:\s*[-–—]\s*|\s+(?:to|until|till)\s+)"
_DAY_OF = rf"(?:{_WEEKDAY}\s+)?(?:the\s+)?{_DAY}(?:(?:\s+of)?[\s-]+{_MONTH}(?:,?\s+\d{{4}}\b)?)?"
_STRETCH = rf"{_DAY_OF}(?:{_JOINT}{_DAY_OF})?"
_AND = r"(?:\s*(?:,\s*and\b|[,;&])\s*|\s+and\s+|\s*/\s*(?=\d{1,2}\s*(?:st|nd|rd|th)?\s+[A-Z]))"
_YEAR = r"(?:19|20)\d{2}"

_DAYS = re.compile(
    rf"{_FREE}(?P<stretches>{_STRETCH}(?:{_AND}{_STRETCH}){{0,9}}?)"
    rf"(?<=[a-zA-Z.])(?:,?[\s-]+|(?=['’‘]))(?P<year>\d{{4}}|['’‘]?\d{{2}}(?=$|[^\w\s]|\s*$)){_ENDS}"
)
_MONTH_FIRST = re.compile(
    rf"{_FREE}(?P<weekday>{_WEEKDAY}\s+)?(?P<month>{_MONTH})\s+(?P<day>{_DAY}),?\s+(?P<year>{_YEAR})"
    rf"{_ENDS}"
)
_ISO = re.compile(rf"{_FREE}(?P<year>{_YEAR})-(?P<month>\d{{2}})-(?P<day>\d{{2}})(?!\w)(?!-\d)")
_IN_FIGURES = re.compile(
    rf"{_FREE}(?P<day>\d{{1,2}})(?P<mark>[/.-])(?P<month>\d{{1,2}})(?P=mark)"
    rf"(?P<year>{_YEAR}|\d{{2}})(?!\w)(?![/.-]\d)"
)
# Spans over two years, quarters and seasons: no day, month or year.
_OTHER_SPANS = re.compile(
    rf"{_FREE}(?:(?:FY\s*)?{_YEAR}\s?[/–—-]\s?(?:{_YEAR}|\d{{2}})(?![\d/–—-])"
    rf"|(?:Q[1-4]|(?:first|second|third|fourth|last) quarter(?: of)?|quarter (?:one|two|three|four"
    rf"|[1-4]))(?:,? (?:of )?{_YEAR}(?:\s?[/–-]\s?\d{{2,4}})?)?"
    rf"|(?:early |mid-? ?|late |end of )?(?:spring|summer|autumn|winter|easter|christmas)"
    rf"(?: (?:of )?{_YEAR})?(?!\w)"
    rf"|(?:early|mid|late)[ -](?:in )?{_YEAR}|(?:the )?(?:financial|calendar) year {_YEAR})",
    re.IGNORECASE,
)
_MONTHS_RANGE = re.compile(
    rf"{_FREE}(?P<first>{_MONTH})(?:,?[\s-]+(?P<first_year>{_YEAR}))?"
    rf"(?:\s*(?:[-–—/]|to\b|until\b|and\b|&)\s*(?P<last>{_MONTH}))?(?:,?[\s-]+|(?=['’‘]))"
    rf"(?P<year>{_YEAR}|['’‘]?\d{{2}}(?=$|[^\w\s]|\s*$)){_ENDS}"
)
_MONTH_IN_FIGURES = re.compile(rf"{_FREE}(?P<month>0?[1-9]|1[0-2])/(?P<year>{_YEAR})(?!\w)(?!/\d)")
_YEAR_ALONE = re.compile(rf"{_FREE}(?P<year>{_YEAR}){_ENDS}(?!\s?%)")
# A day without a year, or one that does not exist: what stands in it is no date of its own.
_INCOMPLETE = re.compile(
    rf"{_FREE}(?:{_STRETCH}(?<=[a-zA-Z.])|{_MONTH}\s+{_DAY}(?!\d))(?:,?[\s-]+\d{{2,4}})?(?!\w)"
)


@dataclass(frozen=True)
class _Piece:
    """A piece of a text that speaks of days; ``days`` is none where it cannot be read whole."""

    start: int
    end: int
    days: Days | None


def days_in(text: str) -> Days | None:
    """The first days that a text names; where it names none, its first months, or its first year.

    A date that is not whole, or that does not exist, gives nothing: not its month, nor its year.
    """
    pieces = [piece.days for piece in _pieces(_normal(text)) if piece.days]
    for precision in ("day", "month", "year"):
        for days in pieces:
            if days.precision == precision:
                return days
    return None


def years_in(text: str) -> list[int]:
    """The years that a text names, each once."""
    found = re.finditer(r"\b(?P<year>(?:19|20)\d{2})\b", text)
    return list(dict.fromkeys(int(match["year"]) for match in found))


# What may stand beside a date in a cell without changing it.
_BESIDE = re.compile(
    r"\b(?:by|on|due|target|date|for|the|in|at|latest|no later than|before the end of|end of|end"
    r"|complete|completed|completion|achieved|done|closed|implemented|in place|and|on-?going"
    r"|with immediate effect|immediate|immediately)\b",
    re.IGNORECASE,
)
# Cells without a date that ask nothing: the plan says that there is none.
_NO_DATE = re.compile(
    r"(?:(?:complete|completed|completion|on-?going|in place|achieved|done|closed|implemented|and"
    r"|n/?a|not applicable|none|tbc|tba|to be (?:confirmed|agreed|determined)|immediate(?:ly)?"
    r"|with immediate effect|already|now|business as usual|bau|continuous)\b[\s,.;:()/–—-]*"
    r"|[\s,.;:()/–—-]+)+",
    re.IGNORECASE,
)
_CELL_MONTH = re.compile(r"\b(?:" + "|".join(MONTHS) + r")\b")
_NOT_OF_A_MONTH = re.compile(r"\b(?:early|mid|late|middle|start|beginning|from|since)\b", re.I)


def day_of_cell(text: str) -> tuple[Days | None, str]:
    """Read the date of a table's cell, such as a target date.

    Args:
        text: The cell.

    Returns:
        The day, month or year, and a doubt. Without the first, the doubt is a question; both are
        empty where the cell says that there is no date («Ongoing», «Completed»).
    """
    text = _CELL_MONTH.sub(lambda match: match[0].capitalize(), _normal(text).strip(" *."))
    if not text or _NO_DATE.fullmatch(text):
        return None, ""
    quoted = f"«{text[:80]}»"
    pieces = list(_pieces(text, in_cell=True))
    dates = [piece.days for piece in pieces if piece.days]
    if len(pieces) > 1 or any(not days.is_one for days in dates):
        return None, f"{quoted} names more than one date"
    rest = text
    for piece in reversed(pieces):
        rest = f"{rest[: piece.start]} {rest[piece.end :]}"
    # Some of these words come in a row: «by the end of».
    left = _BESIDE.sub(" ", rest).strip(" ,.;:()/–—-")
    if not dates or left:
        return None, f"{quoted} is no date that can be read whole"
    (days,) = dates
    if days.precision == "month" and re.search(r"[A-Za-z.] \d\d$", days.text):
        return days, f"{quoted} is read as {days.start:%B %Y}, and may be a day of that month"
    return days, ""


def _normal(text: str) -> str:
    """A text on one line; «between 1 and 12 March» as «between 1 to 12 March»."""
    text = " ".join(text.split())
    day = rf"\d{{1,2}}(?:st|nd|rd|th)?(?: {_MONTH}(?: \d{{4}})?)?"
    return re.sub(rf"\b([Bb]etween {day}) and\b", r"\1 to", text)


def _pieces(text: str, in_cell: bool = False) -> Iterator[_Piece]:
    """The pieces that speak of days, from left to right, the longest reading of each."""
    forms = (
        (_ISO, _of_figures),
        (_IN_FIGURES, _of_figures),
        (_MONTH_FIRST, _of_month_first),
        (_DAYS, _of_stretches),
        (_OTHER_SPANS, _none),
        (_MONTHS_RANGE, _of_months),
        (_INCOMPLETE, _none),
        (_MONTH_IN_FIGURES, _of_month_in_figures),
        (_YEAR_ALONE, _of_year),
    )
    position = 0
    while position < len(text):
        # Of what begins first, the first form in the order above.
        found = [
            (match.start(), order, match)
            for order, (form, _) in enumerate(forms)
            if (match := form.search(text, position))
        ]
        if not found:
            return
        _, order, match = min(found, key=lambda each: each[:2])
        days = forms[order][1](match)
        end = match.end()
        if days is not None and in_cell and (vague := _vague(text, match, days)):
            days, end = None, max(end, vague)
        yield _Piece(match.start(), end, days)
        position = max(end, position + 1)


def _vague(text: str, match: re.Match[str], days: Days) -> int:
    """Where a date ends that a word before or behind it makes less than it looks, else 0."""
    if days.precision != "day" and _NOT_OF_A_MONTH.search(text[: match.start()]):
        return match.end()
    if re.search(r"\b(?:from|since|after|starting|commenced?|commencing|started)\b", text, re.I):
        return match.end()
    behind = re.match(r"\s*(?:onwards|and beyond|or later|onward)\b", text[match.end() :], re.I)
    return match.end() + behind.end() if behind else 0


def _none(match: re.Match[str]) -> Days | None:
    return None


def _year(text: str) -> int:
    text = text.strip("'’‘")
    return int(text) + (2000 if len(text) == 2 else 0)


def _month(text: str) -> int:
    return _MONTH_NUMBERS[text.strip(".").lower()]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 1900 <= year < 2100 else None
    except ValueError:
        return None


def _of_figures(match: re.Match[str]) -> Days | None:
    # British documents put the day first; a month over twelve is another order, or a slip.
    day = _day(_year(match["year"]), int(match["month"]), int(match["day"]))
    return Days(day, day, "day", 1, match[0]) if day else None


def _of_month_first(match: re.Match[str]) -> Days | None:
    number = int(re.sub(r"\D", "", match["day"]))
    day = _day(int(match["year"]), _month(match["month"]), number)
    if day is None or not _is_weekday(match["weekday"] or "", day):
        return None
    return Days(day, day, "day", 1, match[0])


def _of_months(match: re.Match[str]) -> Days | None:
    year = _year(match["year"])
    first = date(int(match["first_year"] or year), _month(match["first"]), 1)
    last = date(year, _month(match["last"] or match["first"]), 1)
    if last < first or (match["first_year"] and not match["last"]):
        return None
    return Days(first, last, "month", 1, match[0])


def _of_month_in_figures(match: re.Match[str]) -> Days | None:
    first = date(int(match["year"]), int(match["month"]), 1)
    return Days(first, first, "month", 1, match[0])


def _of_year(match: re.Match[str]) -> Days | None:
    first = date(int(match["year"]), 1, 1)
    return Days(first, first, "year", 1, match[0])


_OWN_DAY = re.compile(
    rf"(?:(?P<weekday>{_WEEKDAY})\s+)?(?:the\s+)?(?P<day>\d{{1,2}})(?:\s?(?:st|nd|rd|th))?"
    rf"(?:(?:\s+of)?[\s-]+(?P<month>{_MONTH})(?:,?\s+(?P<year>\d{{4}}))?)?$"
)


def _of_stretches(match: re.Match[str]) -> Days | None:
    year = _year(match["year"])
    month: int | None = None
    found: list[tuple[date, date]] = []
    # Months are named once for several days, and the last is always named: read backwards.
    for piece in reversed(re.split(_AND, _without_comma_of_weekdays(match["stretches"]))):
        ends: list[date] = []
        for part in reversed(_parts(piece)):
            own = _OWN_DAY.match(part.strip())
            if own is None:
                return None
            month = _month(own["month"]) if own["month"] else month
            year = int(own["year"] or year)
            day = _day(year, month, int(own["day"])) if month else None
            if day is None or not _is_weekday(own["weekday"] or "", day):
                return None
            ends.append(day)
        found.append((ends[-1], ends[0]))
    found.reverse()
    if re.match(r"\d{1,2}\s*[,;](?!.*(?:\band\b|&))", match["stretches"]):
        # «On wing 2, 4 March 2020»: the first number may be another's.
        return None
    if any(last < first for first, last in found) or any(
        later[0] <= earlier[1] for earlier, later in itertools.pairwise(found)
    ):
        return None
    stretches = 1
    for earlier, later in itertools.pairwise(found):
        stretches += (later[0] - earlier[1]).days > 1
    return Days(found[0][0], found[-1][1], "day", stretches, match[0])


def _parts(piece: str) -> list[str]:
    """The first and the last day of a stretch; the hyphen of «31-Mar» joins no two days."""
    return re.split(rf"{_JOINT}(?=(?:{_WEEKDAY}\s+)?(?:the\s+)?\d)", piece)


def _without_comma_of_weekdays(text: str) -> str:
    return re.sub(rf"\b({_WEEKDAY})", lambda match: match[0].rstrip(","), text)


def _is_weekday(name: str, day: date) -> bool:
    """Whether a day is the weekday that the text calls it, if it calls it one."""
    name = name.strip(" .,").lower()
    return not name or _WEEKDAYS[day.weekday()].startswith(name[:3])
