"""Contents of the pages: the publication, its prisons, their visits and recommendations."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from inspections.pages import wording
from inspections.pages.parts.publicity import Publicity
from inspections.pages.questions import Question

Row = dict[str, Any]

_KIND = re.compile(
    r"^(?:HM\s?)?(?:P|YOI|IRC)(?:\s?(?:&|/|and)\s?(?:HM\s?)?YOI)?\s+(?=\S)", re.IGNORECASE
)


# Of more reviews than this the list is by day, the last first.
REVIEWS_BY_PRISON = 500


@dataclass
class Visit:
    """A visit, with what its report says."""

    row: Row
    outcomes: list[Row] = field(default_factory=list)
    judgements: list[Row] = field(default_factory=list)
    totals: list[Row] = field(default_factory=list)
    restatements: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    practice: list[Row] = field(default_factory=list)
    items: int = 0

    def __getitem__(self, name: str) -> Any:
        return self.row[name]

    @property
    def is_review(self) -> bool:
        """Whether it judged progress, by its type or by what the log has of it."""
        return bool(self.row["gives_progress_judgements"] or self.judgements)


@dataclass
class Recommendation:
    """A recommendation, with what became of it.

    Attributes:
        statements: Each event about it and since when, and until when, the log held it as true.
        links: Other items of which one repeats the other or was raised from it: how, and which.
    """

    row: Row
    statuses: list[Row] = field(default_factory=list)
    judgements: list[Row] = field(default_factory=list)
    reports: list[Row] = field(default_factory=list)
    evidence: list[Row] = field(default_factory=list)
    findings: list[Row] = field(default_factory=list)
    responses: list[Row] = field(default_factory=list)
    restatements: list[Row] = field(default_factory=list)
    statements: list[Row] = field(default_factory=list)
    links: list[tuple[str, Row]] = field(default_factory=list)

    def __getitem__(self, name: str) -> Any:
        return self.row[name]


@dataclass(frozen=True)
class Named:
    """An establishment by its id and name: as much as another prison's page says of it."""

    establishment_id: str
    name: str


@dataclass
class Prison:
    """An establishment, with its visits and recommendations.

    Attributes:
        shared_visits: Visits of another establishment that were about this one too, each with that
            establishment and, as ``items``, how many recommendations are for this one.
        register: Its entry in the register of prisons, where it has one.
    """

    establishment_id: str
    name: str
    versions: list[Row] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    figures: list[Row] = field(default_factory=list)
    bounds: list[Row] = field(default_factory=list)
    shared_visits: list[tuple[Named, Visit]] = field(default_factory=list)
    register: Row | None = None

    @property
    def place(self) -> str:
        """Its name without what kind of place it is."""
        return _KIND.sub("", self.name)

    @property
    def names(self) -> list[str]:
        """Every name that it bears or bore, as the log and the register have it."""
        own = [version["name"] for version in self.versions]
        listed = self.register or {}
        own += [listed.get(key) for key in ("name", "name_in_welsh", "register_id")]
        return list(dict.fromkeys([self.name, *(name for name in own if name)]))

    @property
    def country(self) -> str:
        """Country of the prison; empty if unknown."""
        own = [version["country"] for version in self.versions if version["country"]]
        return str(own[-1] if own else (self.register or {}).get("country") or "")

    @property
    def kinds(self) -> list[str]:
        """Types of establishment from the register, or from the log if the register has none."""
        listed = (self.register or {}).get("types")
        described = self.versions[-1]["establishment_type"] if self.versions else None
        return [kind for kind in (listed or described or "").split("|") if kind]

    def items_of(self, visit: Visit) -> list[Recommendation]:
        """The recommendations that a visit made."""
        return [item for item in self.recommendations if item["visit_id"] == visit["visit_id"]]

    def worst(self, scale: str, unit: str | None) -> Row | None:
        """The lowest of the last outcomes of its tests on a scale."""
        last = {
            row["test_group"]: row
            for row in self.outcomes
            if row["scale"] == scale and row["unit"] == unit and row["outcome_rank"]
        }
        return min(last.values(), key=lambda row: row["outcome_rank"], default=None)

    @property
    def outcomes(self) -> list[Row]:
        """Its outcomes, the oldest visit's first."""
        return [row for visit in self.visits for row in visit.outcomes]

    @property
    def units(self) -> list[str | None]:
        """Units with their own judgements: the whole prison, and units that a report scores."""
        return sorted({row["unit"] for row in self.outcomes}, key=lambda unit: unit or "")

    @property
    def last_inspection(self) -> Visit | None:
        """The last visit with outcomes, to this establishment only or to several."""
        visits = [*self.visits, *(visit for _, visit in self.shared_visits)]
        held = [visit for visit in visits if visit["gives_outcomes"] and visit["held_on"]]
        return max(held, key=lambda visit: (visit["held_on"], visit["visit_id"]), default=None)

    @property
    def reviews(self) -> list[Visit]:
        """The visits that judge progress."""
        return [visit for visit in self.visits if visit.is_review]


@dataclass(frozen=True)
class OutcomeScale:
    """A scale of outcomes with the tests that are judged on it.

    Attributes:
        scale: Its code.
        name: Its name.
        levels: Its levels that have a rank, the lowest first.
        tests: The names of its test groups, by group, in their order.
    """

    scale: str
    name: str
    levels: list[Row]
    tests: dict[str, str]

    @property
    def ranks(self) -> list[int]:
        """The ranks, the lowest first."""
        return [level["rank"] for level in self.levels]


@dataclass(frozen=True)
class Learned:
    """Changes that the log learned at one instant.

    Attributes:
        instant: When, in UTC.
        counts: How many statements changed how, by kind of event and prison.
        values: The first values that are others now.
        causes: The retractions and reinstatements that changed them, by prison.
        publications: The publications of documents that were added.
    """

    instant: datetime
    counts: list[Row]
    values: list[Row]
    causes: list[Row] = field(default_factory=list)
    publications: list[Row] = field(default_factory=list)


@dataclass
class Publication:
    """Everything that the pages show."""

    record: Row
    previous: Row | None
    publications: list[Row]
    prisons: list[Prison]
    levels: dict[str, list[Row]]
    outcome_scales: list[OutcomeScale]
    kinds: dict[str, str]
    bodies: dict[str, str]
    responses: dict[str, str]
    test_names: dict[str, str]
    area_names: dict[str, str]
    documents: dict[str, Row]
    concerns: list[Row]
    paragraphs: dict[tuple[str, str], str]
    outcome_counts: list[Row]
    eras: list[Row]
    name_eras: list[Row]
    changes: list[Row]
    change_counts: list[Row]
    learned: list[Learned]
    contributions: list[Row]
    unaccepted: list[Row]
    register: Row
    places: list[Row]
    country_bounds: list[Row]
    national_shares: list[Row]
    questions: list[Question]
    publicity: Publicity

    @property
    def countries(self) -> list[str]:
        """The countries of the prisons."""
        return sorted({prison.country for prison in self.prisons} - {""})

    @property
    def prison_kinds(self) -> list[str]:
        """The kinds of the prisons."""
        return sorted({kind for prison in self.prisons for kind in prison.kinds})

    @property
    def visits(self) -> list[tuple[Prison, Visit]]:
        """Every visit with its prison."""
        return [(prison, visit) for prison in self.prisons for visit in prison.visits]

    @property
    def reviews(self) -> list[tuple[Prison, Visit]]:
        """Every review with its prison: by prison where they are few, else the last first."""
        found = [(prison, visit) for prison, visit in self.visits if visit.is_review]
        if len(found) <= REVIEWS_BY_PRISON:
            return found
        return sorted(found, key=lambda each: each[1]["held_on"] or date.min, reverse=True)

    def scale_name(self, scale: str | None) -> str:
        """A scale's name; that of no scale is that of all."""
        levels = self.levels.get(scale or "")
        return str(levels[0]["scale_name"]) if levels else scale or "all scales together"

    def tone(self, scale: str, rank: int | None) -> str:
        """The colour of a level: outcomes and judgements of progress have each their own."""
        levels = self.levels.get(scale, [])
        is_outcome = bool(levels) and levels[0]["judges"] == "outcome"
        ranks = max((level["rank"] or 0 for level in levels), default=0)
        return wording.tone(rank, ranks, "rank" if is_outcome else "level")

    def levels_of(self, scale: str) -> list[Row]:
        """The levels of a scale that have a rank, the best first, then those without one."""
        levels = self.levels.get(scale, [])
        return sorted(levels, key=lambda level: -(level["rank"] or 0))
