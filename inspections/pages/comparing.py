"""One test across prisons: every last outcome, the series, the map and the shares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from inspections.pages import charts
from inspections.pages.contents import OutcomeScale, Prison, Publication, Row
from inspections.pages.maps import Bounds, Outline, Place, outline_of

# Of more prisons than this the page draws the series of those with the lowest last outcome.
SERIES_SHOWN = 150


@dataclass(frozen=True)
class Mark:
    """A prison on the map.

    Attributes:
        tone: The colour of its last outcome; empty where the log has none, which is drawn hollow.
    """

    x: float
    y: float
    tone: str
    words: str


@dataclass(frozen=True)
class Series:
    """One prison's outcomes of a test, the oldest first."""

    prison: Prison
    unit: str | None
    outcomes: list[Row]

    @property
    def last(self) -> Row:
        """Its last outcome."""
        return self.outcomes[-1]

    @property
    def before(self) -> Row | None:
        """The outcome before the last."""
        return self.outcomes[-2] if len(self.outcomes) > 1 else None


@dataclass(frozen=True)
class Multiple:
    """A prison's series as a small drawing, on the years of all of them."""

    series: Series
    points: list[charts.Point]
    words: str


@dataclass(frozen=True)
class Frame:
    """Size, ranks and years shared by a test's small drawings."""

    rows: list[tuple[int, int]]
    years: tuple[int, int]
    gaps: list[tuple[float, float]]

    WIDTH, LEFT, RIGHT, TOP, STEP = 200, 10, 190, 12, 17

    @property
    def height(self) -> int:
        """Of one drawing, with the first and the last year below."""
        return self.TOP + self.STEP * (len(self.rows) - 1) + 28

    def across(self, when: date) -> float:
        """A day's place on the years."""
        first, last = date(self.years[0], 1, 1), date(self.years[1], 12, 31)
        share: float = (when - first).days / (last - first).days
        return self.LEFT + share * (self.RIGHT - self.LEFT)


@dataclass(frozen=True)
class Comparison:
    """A test on one scale, with all that its page shows."""

    scale: OutcomeScale
    group: str
    name: str
    series: list[Series]
    undated: int
    frame: Frame | None
    multiples: list[Multiple]
    outline: Outline | None
    marks: list[Mark]
    misplaced: list[str]
    shares: list[Row]
    share_chart: Markup | None

    @property
    def reasonable(self) -> int:
        """How many of the prisons were reasonably good or better when last judged."""
        return sum(bool(one.last["is_reasonable_or_better"]) for one in self.series)


def compare(publication: Publication) -> list[Comparison]:
    """Each test of each scale that the log has outcomes on."""
    # A place whose country has no bounds may be anywhere on the earth, and is held to that.
    outline = outline_of(
        [_place(row) for row in publication.places if _is_placed(row)],
        [
            Bounds(row["south"], row["west"], row["north"], row["east"])
            for row in publication.country_bounds
        ],
    )
    return [
        _comparison(publication, scale, group, name, outline)
        for scale in publication.outcome_scales
        for group, name in scale.tests.items()
    ]


def _comparison(
    publication: Publication, scale: OutcomeScale, group: str, name: str, outline: Outline | None
) -> Comparison:
    tones = {rank: publication.tone(scale.scale, rank) for rank in scale.ranks}
    reasonable = {level["code"] for level in scale.levels if level["is_reasonable_or_better"]}
    series: list[Series] = []
    undated = 0
    for prison in publication.prisons:
        for unit in prison.units:
            own = [
                row | {"is_reasonable_or_better": row["outcome_code"] in reasonable}
                for row in prison.outcomes
                if (row["scale"], row["test_group"], row["unit"]) == (scale.scale, group, unit)
            ]
            dated = [row for row in own if row["judged_on"] and row["outcome_rank"]]
            undated += len(own) - len(dated)
            if dated:
                series.append(Series(prison, unit, sorted(dated, key=_by_day)))
    # The lowest last outcome first, of two alike the more recent; then by name as the lists are.
    series.sort(key=lambda one: (one.last["outcome_rank"], -one.last["judged_on"].toordinal()))
    frame = _frame(publication, scale, series)
    marks, misplaced = _marks(publication, series, tones, outline) if outline else ([], [])
    shares = [
        row
        for row in publication.national_shares
        if (row["scale"], row["test_group"]) == (scale.scale, group)
    ]
    return Comparison(
        scale,
        group,
        name,
        series,
        undated,
        frame,
        [_multiple(frame, one, tones) for one in series[:SERIES_SHOWN]] if frame else [],
        outline,
        marks,
        misplaced,
        shares,
        charts.shares_by_year(shares) if shares else None,
    )


def _by_day(row: Row) -> tuple[Any, ...]:
    return (row["judged_on"], row["event_id"])


def _frame(publication: Publication, scale: OutcomeScale, series: Sequence[Series]) -> Frame | None:
    if not series:
        return None
    years = [row["judged_on"].year for one in series for row in one.outcomes]
    rows = [
        (rank, Frame.TOP + Frame.STEP * place)
        for place, rank in enumerate(sorted(scale.ranks, reverse=True))
    ]
    frame = Frame(rows, (min(years), max(years)), [])
    first, last = date(frame.years[0], 1, 1), date(frame.years[1], 12, 31)
    gaps = [
        (frame.across(max(era["starts_on"], first)), frame.across(min(era["ends_on"], last)))
        for era in publication.eras
        if era["ends_on"] and era["starts_on"] <= last and era["ends_on"] >= first
    ]
    return Frame(rows, frame.years, gaps)


def _multiple(frame: Frame, series: Series, tones: dict[int, str]) -> Multiple:
    heights = dict(frame.rows)
    points = [
        charts.Point(
            frame.across(row["judged_on"]),
            heights[row["outcome_rank"]],
            row["outcome_rank"],
            tones[row["outcome_rank"]],
            f"{row['judged_on'].year}: {row['outcome_label']}",
        )
        for row in series.outcomes
    ]
    return Multiple(series, points, "; ".join(point.words for point in points))


def _marks(
    publication: Publication, series: Sequence[Series], tones: dict[int, str], outline: Outline
) -> tuple[list[Mark], list[str]]:
    """Prisons in use by the register, and those of this test that have a place.

    Returns:
        Their marks, and the names of those whose place is on no drawing of their country.
    """
    judged = _last_of_places(series)
    marks, misplaced = [], []
    for row in publication.places:
        if not (row["is_in_use"] or row["establishment_id"] in judged):
            continue
        if not (_is_placed(row) and outline.holds(_place(row))):
            misplaced.append(row["name"])
            continue
        x, y = outline.at(_place(row))
        found = judged.get(row["establishment_id"], [])
        words = f"{row['name']}: " + (
            "; ".join(
                (f"{outcome['unit']} " if outcome["unit"] else "")
                + f"{outcome['outcome_label']}, {outcome['judged_on'].year}"
                for outcome in found
            )
            or "no outcome in the log"
        )
        # A place that was judged by its parts is marked by the lowest of them.
        tone = tones[min(outcome["outcome_rank"] for outcome in found)] if found else ""
        marks.append(Mark(x, y, tone, words))
    # What the log knows lies above what it does not.
    return sorted(marks, key=lambda mark: bool(mark.tone)), misplaced


def _last_of_places(series: Sequence[Series]) -> dict[str, list[Row]]:
    """The last outcome of each establishment, or those of its units where they are the last."""
    of_prisons: dict[str, list[Row]] = {}
    for one in series:
        of_prisons.setdefault(one.prison.establishment_id, []).append(one.last)
    judged = {}
    for establishment, lasts in of_prisons.items():
        whole = [row for row in lasts if row["unit"] is None]
        parts = [row for row in lasts if row["unit"] is not None]
        latest = max(row["judged_on"] for row in lasts)
        judged[establishment] = whole if whole and whole[0]["judged_on"] == latest else parts
    return judged


def _place(row: Row) -> Place:
    return Place(row["latitude"], row["longitude"])


def _is_placed(row: Row) -> bool:
    """Whether an entry's place can be believed."""
    place = _place(row)
    on_earth = abs(place.latitude) <= 90 and abs(place.longitude) <= 180
    return on_earth and row["is_within_country"] is not False
