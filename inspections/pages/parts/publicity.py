"""Publication of documents: when, how late, and which are still to come."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from inspections.pages import wording

_Row = dict[str, Any]

# A drawing shows the last publications of its kind, and says how many there are.
MARKS_SHOWN = 200
# A reading names the document that it made public; files older than the column, their own.
_OWN_DOCUMENT = (
    "coalesce(published_document_id, case when what is null then document_id end) as own_document"
)
# The last day on which a visit may have ended, by what is known of it.
_LAST_DAY_OF_VISIT = (
    "case visits.occurred_precision when 'year' then make_date(year(visits.held_on), 12, 31)"
    " when 'month' then last_day(visits.held_on) else coalesce(visits.ended_on, visits.held_on) end"
)


@dataclass(frozen=True)
class Publicity:
    """Contents of the page on publication.

    Attributes:
        last_day: The last day on which the log has anything happen; None in an empty log.
        publications: What became public, the last first.
        lags: Counts and lags by kind, type of visit, year of the visit and target.
        states: How many visits were public or not on the last day, by year of the visit.
        waiting: The visits whose report was certainly or perhaps not public on the last day: by
            the sources, or because no source says and no target of its type had passed.
        steps: What sources tell of reports before their publication.
        readings: Each source of the publications whose sources disagree.
        withdrawals: What was withdrawn, with each publication that this ended.
    """

    last_day: date | None
    publications: list[_Row]
    lags: list[_Row]
    states: list[_Row]
    waiting: list[_Row]
    steps: list[_Row]
    readings: list[_Row]
    withdrawals: list[_Row]

    @property
    def dated(self) -> list[_Row]:
        """The publications with a day by which they were out."""
        return [row for row in self.publications if row["public_by"]]

    @property
    def lags_by_kind(self) -> dict[str, list[_Row]]:
        """The counts of each kind of publication and type of visit, by year."""
        found: dict[str, list[_Row]] = defaultdict(list)
        for row in self.lags:
            found[_kind(row)].append(row)
        return dict(sorted(found.items(), key=lambda kind: (_size(kind[1]), kind[0])))

    @property
    def totals(self) -> dict[str, int]:
        """How many visits were public or not on the last day."""
        found: dict[str, int] = defaultdict(int)
        for row in self.states:
            found[row["publicity"]] += row["count"]
        return dict(found)

    @property
    def state_names(self) -> list[str]:
        """The states of visits that occur, from public to unknown."""
        names = ("public", "perhaps public", "not yet public", "withdrawn", "unknown")
        return [name for name in names if name in self.totals]

    @property
    def states_by_year(self) -> dict[int, dict[str, int]]:
        """The counts of each year's visits, by state."""
        found: dict[int, dict[str, int]] = defaultdict(dict)
        for row in self.states:
            found[row["year"]][row["publicity"]] = row["count"]
        return dict(found)

    @property
    def drawings(self) -> list["Drawing"]:
        """A drawing for each kind of publication and type of visit that has a lag."""
        groups: dict[str, list[_Row]] = defaultdict(list)
        for row in self.publications:
            if row["held_on"] and row["visit_type"] and row["lag_days_at_most"] is not None:
                groups[_kind(row)].append(row)
        # In the order of the table.
        return [_drawing(kind, groups[kind]) for kind in self.lags_by_kind if kind in groups]


def _kind(row: _Row) -> str:
    return f"{row['what_name']}: {row['visit_type_name'].lower()}"


def _size(years: Sequence[_Row]) -> int:
    """The kinds with the most publications come first."""
    count: int = sum(row["count"] for row in years)
    return -count


def read_publicity(rows: Callable[[str], list[_Row]]) -> Publicity:
    """Read what the page on publication shows.

    Args:
        rows: Asks the published file.
    """
    (last,) = rows("select max(occurred_on) as day from events where is_live")
    last_day = last["day"]
    visits = (
        "select visit_id, establishment_id, visit_type,"
        " coalesce(visit_type_name, visit_type, 'visit') as visit_type_name, held_on, started_on,"
        " ended_on, occurred_precision from dim_visits"
    )
    # Nothing was held by no day.
    day = f"date '{last_day}'" if last_day else "cast(null as date)"
    states = f"publicity_on({day})"
    return Publicity(
        last_day,
        publications=rows(
            "select publications.*, visits.* exclude (visit_id, establishment_id, visit_type,"
            f" held_on) from fct_publications as publications left join ({visits}) as visits"
            " using (visit_id) where is_public order by coalesce(public_by, public_not_before) desc"
            " nulls last, visit_id, what, published_document_id"
        ),
        lags=rows(
            "select what_name, visit_type_name, year(publications.held_on) as year, target_days,"
            " count(*) as count, count(public_by) as dated, count(lag_days) as exact,"
            " min(lag_days) as shortest, median(lag_days) as median, max(lag_days) as longest,"
            " count(*) filter (where is_in_time) as in_time,"
            " count(*) filter (where not is_in_time) as late,"
            " count(*) filter (where is_in_time is null and target_days is not null) as open"
            f" from fct_publications as publications inner join ({visits}) as visits"
            " using (visit_id) where is_public and publications.held_on is not null"
            " group by all order by all"
        ),
        states=rows(
            f"select year(held_on) as year, publicity, count(*) as count from {states}"
            " group by all order by year desc, publicity"
        ),
        waiting=rows(
            f"select visits.*, states.publicity, states.public_not_before, states.public_by"
            f" from {states} as states inner join ({visits}) as visits using (visit_id)"
            " where publicity in ('not yet public', 'perhaps public') or publicity = 'unknown'"
            f" and datediff('day', {_LAST_DAY_OF_VISIT}, {day}) <= (select max(target_days)"
            " from fct_publications as others where others.visit_type = visits.visit_type"
            " and others.what = 'report')"
            " order by visits.held_on desc, visit_id"
        ),
        steps=rows(
            "select steps.*, visits.* exclude (visit_id, establishment_id, occurred_precision),"
            " visits.occurred_precision as held_precision, reports.public_not_before,"
            " reports.public_by from"
            " (select event_id, visit_id, establishment_id, occurred_on, occurred_precision, step,"
            " done_by, text, document_id, paragraph from events"
            " where event_type = 'report_steps_taken' and is_live) as steps"
            f" left join ({visits}) as visits using (visit_id)"
            " left join (select visit_id, public_not_before, public_by, row_number() over"
            " (partition by visit_id order by public_by nulls last, public_not_before nulls last)"
            " as place from fct_publications where what = 'report') as reports"
            " on steps.visit_id = reports.visit_id and reports.place = 1"
            " order by steps.occurred_on desc nulls last, steps.event_id"
        ),
        readings=rows(
            "select publications.*, visits.* exclude (visit_id, establishment_id, visit_type,"
            " held_on, occurred_precision), visits.occurred_precision as held_precision,"
            " readings.occurred_on, readings.occurred_precision,"
            " readings.published_on, readings.published_not_before, readings.published_not_after,"
            " readings.document_id as reading_document_id, readings.paragraph as reading_paragraph"
            " from fct_publications as publications"
            f" inner join (select *, {_OWN_DOCUMENT} from events"
            " where event_type = 'reports_published' and is_live) as readings"
            " on publications.what = coalesce(readings.what, 'report')"
            " and publications.visit_id is not distinct from readings.visit_id"
            " and publications.published_document_id is not distinct from readings.own_document"
            f" left join ({visits}) as visits on publications.visit_id = visits.visit_id"
            " where publications.is_disputed order by publications.held_on desc nulls last,"
            " publications.visit_id, publications.what, readings.occurred_on, readings.event_id"
        ),
        withdrawals=rows(
            "select withdrawals.*, visits.* exclude (visit_id, establishment_id, visit_type,"
            " held_on), ended.what_name as ended_name,"
            " ended.public_not_before as ended_not_before, ended.public_by as ended_by"
            " from fct_publications as withdrawals"
            f" left join ({visits}) as visits using (visit_id)"
            " left join fct_publications as ended on ended.is_public"
            " and (withdrawals.published_document_id = ended.published_document_id"
            " or withdrawals.published_document_id is null and ended.published_document_id is null"
            " and withdrawals.visit_id = ended.visit_id)"
            " where not withdrawals.is_public"
            " order by withdrawals.public_by desc nulls last, withdrawals.event_id, ended.event_id"
        ),
    )


def added_publications(rows: Callable[[str], list[_Row]], instant: datetime) -> list[_Row]:
    """Read the publications that the log learned of at an instant.

    Args:
        rows: Asks the published file, beside a table ``changed`` of what the log learned then.
        instant: The instant.
    """
    return rows(
        "select logged.what, kinds.what_name, kinds.is_public, changed.establishment_id,"
        " logged.occurred_on,"
        " logged.occurred_precision, logged.published_on, logged.published_not_before,"
        " logged.published_not_after, coalesce(visits.visit_type_name, visits.visit_type)"
        " as visit_type_name, visits.held_on, visits.started_on, visits.ended_on,"
        " visits.occurred_precision as held_precision"
        " from (select distinct statement_id, establishment_id from changed"
        " where event_type = 'reports_published' and change = 'added') as changed"
        " inner join events as logged"
        " on coalesce(logged.corrects_event_id, logged.event_id) = changed.statement_id"
        f" and logged.known_from <= timestamp '{instant}'"
        f" and (logged.known_to is null or logged.known_to > timestamp '{instant}')"
        " left join (select distinct what, what_name, is_public from fct_publications) as kinds"
        " on coalesce(logged.what, 'report') = kinds.what"
        " left join dim_visits as visits on logged.visit_id = visits.visit_id"
        " order by changed.establishment_id, logged.occurred_on desc nulls last, logged.event_id"
    )


@dataclass(frozen=True)
class Mark:
    """A publication in a drawing: a point, or a line between its bounds.

    Attributes:
        x: The day of the visit.
        top: Its longest lag.
        foot: Its shortest lag, which is lower in the drawing or the same.
        verdict: ``met``, ``missed`` or ``open``.
        words: What it says.
    """

    x: float
    top: float
    foot: float
    verdict: str
    words: str


@dataclass(frozen=True)
class Drawing:
    """The lags of one kind of publication over the days of the visits.

    Attributes:
        name: The kind of publication and the type of visit.
        count: All publications that have a longest lag; the marks may be fewer.
        marks: The publications.
        targets: The targets: from where to where, at what height, and the days.
        rows: The heights of the axis, and the days there.
        years: The years, and where they stand.
    """

    name: str
    count: int
    marks: list[Mark]
    targets: list[tuple[float, float, float, int]]
    rows: list[tuple[float, int]]
    years: list[tuple[float, int]]

    WIDTH, HEIGHT = 280, 190
    LEFT, RIGHT = 34, 268
    TOP, FOOT = 16, 162

    @property
    def words(self) -> str:
        """The drawing's content as a sentence."""
        found = [mark.verdict for mark in self.marks]
        return (
            f"{self.name}, {wording.counted(len(found), 'publication')}:"
            f" {found.count('met')} in time, {found.count('missed')} late,"
            f" {found.count('open')} without a verdict; the figures are in the table"
        )


def _drawing(name: str, publications: Sequence[_Row]) -> Drawing:
    ordered = sorted(publications, key=lambda row: (row["held_on"], row["event_id"]))
    shown = ordered[-MARKS_SHOWN:]
    first, last = shown[0]["held_on"], shown[-1]["held_on"]
    longest: int = max(
        max(row["lag_days_at_most"], row["lag_days"] or 0, row["target_days"] or 0) for row in shown
    )
    # Three or four lines across, on round days.
    step = next(size for size in (10, 20, 50, 100, 200, 500, 10**9) if longest <= 4 * size)
    end = step * max(1, -(-longest // step))
    left, right = Drawing.LEFT + 10, Drawing.RIGHT - 10

    def across(day: date) -> float:
        if first == last:
            return (left + right) / 2
        days, all_days = (day - first).days, (last - first).days
        return float(left + (right - left) * days / all_days)

    def up(days: int) -> float:
        return Drawing.FOOT - (Drawing.FOOT - Drawing.TOP) * max(days, 0) / end

    marks = [
        Mark(
            across(row["held_on"]),
            up(row["lag_days_at_most"] if row["lag_days"] is None else row["lag_days"]),
            up(row["lag_days_at_least"] or 0 if row["lag_days"] is None else row["lag_days"]),
            wording.VERDICTS[row["is_in_time"]],
            f"{row['held_on'].year}: {wording.lag(row)} days",
        )
        for row in shown
    ]
    targets: list[tuple[float, float, float, int]] = []
    for row in shown:
        days, x = row["target_days"], across(row["held_on"])
        if days is None:
            continue
        if targets and targets[-1][3] == days:
            targets[-1] = (targets[-1][0], x + 8, up(days), days)
        else:
            targets.append((x - 8, x + 8, up(days), days))
    years: list[tuple[float, int]] = []
    for row in shown:
        place = (across(row["held_on"]), row["held_on"].year)
        if not years or (place[0] - years[-1][0] >= 38 and place[1] != years[-1][1]):
            years.append(place)
    rows = [(up(days), days) for days in range(0, end + 1, step)]
    return Drawing(name, len(ordered), marks, targets, rows, years)
