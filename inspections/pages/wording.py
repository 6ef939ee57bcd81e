"""How values read on a page: days by their precision, codes as words, ids as addresses."""

import hashlib
import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from inspections.log.declaration import event_types

# What a page shows of one text. The rest is in the published file.
SHOWN_CHARACTERS = 6_000

STATUSES = {
    "made": "Made",
    "agreed": "Agreed",
    "partly_agreed": "Partly agreed",
    "not_agreed": "Not agreed",
    "follow_up_ended": "Followed up no longer, without a judgement",
}
COMPARISONS = {
    "exactly": "exactly",
    "at_least": "at least",
    "more_than": "more than",
    "at_most": "at most",
    "about": "about",
}
# How a target fared, as the style sheet names it.
VERDICTS = {True: "met", False: "missed", None: "open"}
# The columns of the log that hold lists, joined by `|`.
LISTS = {"paragraph"} | {
    column.name
    for event_type in event_types().values()
    for column in event_type.columns
    if column.meta.get("is_list")
}
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


def tone(rank: int | None, ranks: int, ramp: str) -> str:
    """The colour of a level, as the style sheet names it, by its place on its scale.

    Args:
        rank: The level's rank, from 1; None where it is outside the order.
        ranks: How many ranks the scale has.
        ramp: ``rank`` for outcomes, ``level`` for all else: nobody reads one for the other.
    """
    if not rank:
        return "none"
    # Five steps from the lowest to the highest; a scale of fewer ranks takes those farthest apart.
    step = 3 if ranks == 1 else 1 + round(4 * (rank - 1) / (ranks - 1))
    return f"{ramp}-{step}"


def address(identifier: str) -> str:
    """Turn an id into a part of an address: itself where it is plain, else a name of its own.

    Ids are free text. One that is not plain gets its digest behind a ``~``, which no plain one
    holds, so that two ids never share a page, on no file system.
    """
    # The list beside the pages is called index.
    if _FILE_NAME.fullmatch(identifier) and identifier != "index":
        return identifier
    plain = re.sub(r"[^a-z0-9]+", "-", identifier.lower()).strip("-")[:40]
    return f"{plain}~{hashlib.sha256(identifier.encode()).hexdigest()[:12]}"


def link(target: str | None) -> str | None:
    """An address out of a document that may be linked to: the web's, never a script's."""
    if not target:
        return None
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return None
    return quote(target, safe="%:/?#[]@!$&'()*+,;=~")


def words(code: str | None) -> str:
    """A code as words, for what no table names."""
    text = (code or "").replace("_", " ")
    return text[:1].upper() + text[1:]


def listed(names: Iterable[str]) -> str:
    """Names as a list in words."""
    names = list(names)
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else "".join(names)


def parts(places: str | None) -> list[str]:
    """The parts of a list in a column, such as the paragraphs of a fact."""
    return [part.strip() for part in (places or "").split("|") if part.strip()]


def places(paragraph: str | None) -> str:
    """A fact's place in a document, such as «paragraphs 2.9 and 5.6» or «Section 3»."""
    found = parts(paragraph)
    numbered = [part for part in found if part[:1].isdecimal()]
    labelled = [part for part in found if part not in numbered]
    noun = ["paragraph " if len(numbered) == 1 else "paragraphs "] if numbered else []
    return listed([part for part in ("".join([*noun, listed(numbered)]), *labelled) if part])


def value(text: str | None, column: str) -> str:
    """A value of a column of the log, the parts of a list apart from one another in words."""
    if not text:
        return ""
    return listed(parts(text)) if column in LISTS else text


def day(value: date | None, precision: str | None = "day") -> str:
    """A day as exactly as its source gives it."""
    if value is None or precision == "unknown":
        return "day not stated"
    if precision == "year":
        return str(value.year)
    if precision == "month":
        return f"{value:%B} {value.year}"
    return f"{value.day} {value:%B} {value.year}"


def held(visit: dict[str, Any]) -> str:
    """When a visit was held, from its first day to its last where both are known."""
    start, end = visit["started_on"], visit["ended_on"]
    if start is None or end is None or start == end:
        return day(visit["held_on"] or start, visit["occurred_precision"])
    if start.year != end.year:
        return f"{day(start)} to {day(end)}"
    if start.month != end.month:
        return f"{start.day} {start:%B} to {day(end)}"
    return f"{start.day} to {day(end)}"


def between(not_before: date | None, by: date | None) -> str:
    """The days between which something happened, as exactly as sources give them."""
    if not_before is None:
        return f"by {day(by)}" if by else "day not stated"
    if by is None:
        return f"not before {day(not_before)}"
    if not_before == by:
        return day(by)
    next_day = by + timedelta(days=1) if by < date.max else by
    if not_before.day == 1 and next_day.day == 1:
        if (not_before.year, not_before.month) == (by.year, by.month):
            return day(by, "month")
        if not_before.month == 1 and by.month == 12 and not_before.year == by.year:
            return day(by, "year")
    return f"between {day(not_before)} and {day(by)}"


def published(reading: dict[str, Any]) -> str:
    """When a source has something published, as exactly as it says so."""
    found = []
    if reading["occurred_on"] and reading["occurred_precision"] != "unknown":
        found.append(day(reading["occurred_on"], reading["occurred_precision"]))
    if reading["published_on"] and day(reading["published_on"]) not in found:
        found.append(day(reading["published_on"]))
    bounds = (reading["published_not_before"], reading["published_not_after"])
    if any(bounds):
        found.append(between(*bounds))
    return ", ".join(found) or "day not stated"


def lag(publication: dict[str, Any]) -> str:
    """The days from a visit to a publication, or between which numbers of days they are."""
    least, most = publication["lag_days_at_least"], publication["lag_days_at_most"]
    if publication["lag_days"] is not None:
        return number(publication["lag_days"])
    if most is None:
        return f"at least {number(least)}" if least else "–"
    if not least or least < 0:
        return f"at most {number(most)}"
    return f"{number(least)} to {number(most)}"


def instant(value: datetime | None) -> str:
    """An instant, in UTC, to the minute."""
    return f"{day(value)}, {value:%H:%M} UTC" if value else "everything known"


def number(value: float | int | None) -> str:
    """A number with its thousands apart, and no decimals that it does not have."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """A count with its noun."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def cut(text: str | None) -> str:
    """A text as far as a page shows it."""
    return (text or "")[:SHOWN_CHARACTERS]


FILTERS = {
    "address": address,
    "link": link,
    "words": words,
    "listed": listed,
    "parts": parts,
    "places": places,
    "value": value,
    "day": day,
    "held": held,
    "between": between,
    "lag": lag,
    "published": published,
    "instant": instant,
    "number": number,
    "counted": counted,
    "cut": cut,
}
