"""What the public could know on a day, in plain Python: the rules of publication, one by one.

The log is restricted to what was public on day P as known at instant K, and then replayed by the
rules of time. Everything is asked of one (P, K) at a time, without boxes or intervals. Three
amendments make that right: subjects are not withheld, the original of a public correction need not be
public, and our own retractions have no day of publication.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from tests import reference_model as model
from tests.reference_model import Row, occurred, recorded, recording_order, world_order

NEVER = date.max
_WHOLE_VISIT = {
    "visits_held", "outcomes_judged", "outcome_bounds_stated", "concerns_raised",
    "recommendations_made", "progress_judged", "progress_restated", "practice_noted",
    "findings_recorded", "figures_observed", "totals_stated",
}  # fmt: skip
CARRIES = {
    "report": _WHOLE_VISIT,
    "corrected_edition": _WHOLE_VISIT,
    "notification_letter": {"visits_held", "outcomes_judged", "urgent_notifications_issued"},
    "press_release": {"visits_held"},
    "action_plan": {"responses_received"},
    "page": set(),
    "withdrawal": set(),
}
EDITIONS = {"report", "corrected_edition", "notification_letter", "action_plan"}
SUBJECT_TYPES = {kind: column for kind, column in model.INTRODUCES.items() if "est" not in column}
STATUS_TYPES = ("responses_received", "progress_judged", "follow_up_ended")


def bounds(row: Row) -> tuple[date, date]:
    """The first and the last day on which a publication may have happened (rule 12)."""
    starts, ends = [date.min], [NEVER]
    day = occurred(row)
    if day:
        match row["occurred_precision"]:
            case "day":
                last = day
            case "month":
                last = (day + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            case "year":
                last = day.replace(month=12, day=31)
        starts.append(day)
        ends.append(last)
    for column, lists in (
        ("published_on", (starts, ends)),
        ("published_not_before", (starts,)),
        ("published_not_after", (ends,)),
    ):
        if row.get(column):
            for one in lists:
                one.append(date.fromisoformat(row[column]))
    if max(starts) <= min(ends):
        return max(starts), min(ends)
    return min(starts[1:], default=date.min), max(ends[1:], default=NEVER)


@dataclass(frozen=True)
class Publication:
    """A publication, from its known readings (rule 13)."""

    what: str
    visit: str
    document: str
    not_before: date
    by: date
    readings: int
    is_disputed: bool


class Public:
    """A log as known at an instant, asked about days of publication.

    Args:
        log: The accepted rows.
        known_at: The instant.
    """

    def __init__(self, log: list[Row], known_at) -> None:
        self.log = log
        self.known_at = known_at
        self.by_id = {row["event_id"]: row for row in log}
        self.standing = self._standing()
        self.publications = self._publications()
        self.editions = {
            one.document for one in self.publications if one.what in EDITIONS and one.document
        }
        live = model.live(log, known_at)
        self.establishments = {
            row["establishment_id"]
            for row in live
            if row["event_type"] == "establishments_described"
        }

    def _standing(self) -> dict[str, list[Row]]:
        """The versions of each statement that stand (rule 4, of which rule 20 takes nothing)."""
        known = [row for row in self.log if recorded(row) <= self.known_at]

        def is_taken_back(event_id: str) -> bool:
            about = [
                row
                for row in known
                if row["event_type"] in model.LIFTS and model.target(row) == event_id
            ]
            return (
                bool(about) and max(about, key=recording_order)["event_type"] == "events_retracted"
            )

        standing: dict[str, list[Row]] = defaultdict(list)
        for row in known:
            statement = row["corrects_event_id"] or row["event_id"]
            original = self.by_id[statement]
            if (
                row["event_type"] not in model.LIFTS
                and recorded(original) <= self.known_at
                and not is_taken_back(row["event_id"])
                and not is_taken_back(statement)
            ):
                standing[statement].append(row)
        return {
            statement: sorted(versions, key=recording_order)
            for statement, versions in standing.items()
        }

    def _has_a_visit(self, visit: str) -> bool:
        """Whether the statement that introduces a visit stands, under this id or another (21)."""
        introducing = [
            row
            for row in self.log
            if row["event_type"] == "visits_held"
            and row["visit_id"] == visit
            and recorded(row) <= self.known_at
        ]
        return any(
            (row["corrects_event_id"] or row["event_id"]) in self.standing for row in introducing
        )

    def _publications(self) -> list[Publication]:
        groups: dict[tuple[str, str, str], list[tuple[date, date]]] = defaultdict(list)
        for versions in self.standing.values():
            row = versions[-1]
            if row["event_type"] != "reports_published":
                continue
            if row["visit_id"] and not self._has_a_visit(row["visit_id"]):
                continue
            what, document = row["what"], row["published_document_id"]
            if not what:
                what, document = "report", document or row["document_id"]
            groups[what, row["visit_id"], document].append(bounds(row))
        found = []
        for (what, visit, document), days in groups.items():
            starts, ends = [start for start, _ in days], [end for _, end in days]
            is_disputed = max(starts) > min(ends)
            first, last = max(starts), min(ends)
            if is_disputed:
                first, last = min(starts), max(ends)
            found.append(Publication(what, visit, document, first, last, len(days), is_disputed))
        return found

    # Of a day ------------------------------------------------------------------------------------

    def is_out(self, one: Publication, day: date) -> bool:
        """Whether what a publication brought was public on a day (rules 14 and 17)."""
        if one.what == "withdrawal" or one.by == NEVER or day < one.by:
            return False
        return not any(
            other.what == "withdrawal"
            and other.by <= day
            and (
                other.document == one.document
                if one.document
                else not other.document and other.visit == one.visit
            )
            for other in self.publications
        )

    def is_another_edition(self, row: Row) -> bool:
        """Whether a version is a correction from another edition (rule 16)."""
        original = self.by_id[row["corrects_event_id"] or row["event_id"]]
        return row["document_id"] != original["document_id"] and row["document_id"] in self.editions

    def shown(self, statement: str, day: date) -> Row | None:
        """The version of a subject or piece of evidence that holds on a day (rule 19)."""
        out = self.documents_out(day)
        versions = [
            row
            for row in self.standing.get(statement, [])
            if not self.is_another_edition(row) or row["document_id"] in out
        ]
        return versions[-1] if versions else None

    def documents_out(self, day: date) -> set[str]:
        return {one.document for one in self.publications if one.document and self.is_out(one, day)}

    def _visit_of(self, row: Row, day: date) -> str:
        if row.get("visit_id") or not row.get("recommendation_id"):
            return row.get("visit_id") or ""
        for statement in self.standing:
            version = self.shown(statement, day)
            if (
                version
                and version["event_type"] == "recommendations_made"
                and version["recommendation_id"] == row["recommendation_id"]
            ):
                return version["visit_id"]
        return ""

    def is_public(self, row: Row, day: date) -> bool:
        """Whether a version was public on a day (rules 15 and 16)."""
        statement = row["corrects_event_id"] or row["event_id"]
        original = self.by_id[statement]
        out = self.documents_out(day)
        if self.is_another_edition(row):
            return row["document_id"] in out
        if row["document_id"] in out or original["document_id"] in out:
            return True
        for evidence in self.standing:
            version = self.shown(evidence, day)
            if (
                version
                and version["event_type"] == "evidence_cited"
                and version["about_event_id"] == statement
                and version["stance"] == "confirms"
                and version["document_id"] in out
            ):
                return True
        if self.editions & {row["document_id"], original["document_id"]}:
            return False
        return any(
            row["event_type"] in CARRIES[one.what]
            and one.visit
            and one.visit == self._visit_of(version, day)
            and self.is_out(one, day)
            for one in self.publications
            for version in (row, original)
        )

    def restricted(self, day: date) -> tuple[list[Row], dict[str, Row], dict[str, Row], set[str]]:
        """The log that was public on a day, as known (rule 18).

        Returns:
            The facts, with their subjects alive; the visits and the recommendations by id; which
            recommendations are public by themselves.
        """
        alive: dict[str, dict[str, Row]] = {
            "establishment_id": {name: {} for name in self.establishments},
            "visit_id": {},
            "concern_id": {},
            "recommendation_id": {},
        }

        def is_placed(row: Row) -> bool:
            return all(subject in alive[column] for column, subject in model.named_subjects(row))

        for event_type, column in SUBJECT_TYPES.items():
            for statement in self.standing:
                version = self.shown(statement, day)
                if version and version["event_type"] == event_type and is_placed(version):
                    alive[column][version[column]] = version
        facts, by_themselves = [], set()
        for statement, versions in self.standing.items():
            event_type = self.by_id[statement]["event_type"]
            public = [row for row in versions if self.is_public(row, day)]
            if public and event_type == "recommendations_made":
                by_themselves.add(public[-1]["recommendation_id"])
            is_fact = event_type not in (*model.INTRODUCES, "evidence_cited")
            if public and is_fact and is_placed(public[-1]):
                facts.append(public[-1])
        return facts, alive["visit_id"], alive["recommendation_id"], by_themselves


def _outcomes(log: Public, on: date, day: date) -> set[tuple]:
    facts, visits, _, _ = log.restricted(day)
    by_test: dict[tuple, list[Row]] = defaultdict(list)
    for row in facts:
        held = occurred(row)
        if row["event_type"] == "outcomes_judged" and held is not None and held <= on:
            place = visits[row["visit_id"]]["establishment_id"]
            by_test[(place, row["unit"] or None, *model.series_of(row))].append(row)
    result = set()
    for (place, unit, *_), rows in by_test.items():
        last = max(rows, key=world_order)
        result.add(
            (
                place,
                unit,
                last["healthy_prison_test"],
                last["outcome"],
                model.RANKS[last["outcome"]],
                occurred(last),
                last["event_id"],
            )
        )
    return result


def _statuses(log: Public, on: date, day: date) -> set[tuple]:
    facts, visits, recommendations, by_themselves = log.restricted(day)
    result = set()
    for recommendation, making in recommendations.items():
        made_on = occurred(making)
        if made_on is None or on < made_on:
            continue
        events = [
            row
            for row in facts
            if row["event_type"] in STATUS_TYPES
            and row["recommendation_id"] == recommendation
            and occurred(row) is not None
            and occurred(row) >= made_on
        ]
        if recommendation not in by_themselves and not events:
            continue
        events = [row for row in events if occurred(row) <= on]
        last = max([making, *events], key=world_order)
        result.add(
            (
                recommendation,
                visits[making["visit_id"]]["establishment_id"],
                model.status_of(last),
                occurred(last),
                last["event_id"],
            )
        )
    return result


def outcomes(log: list[Row], on: date, day: date | None, known_at) -> set[tuple]:
    """(establishment, unit, test, outcome, rank, judged on, event) at a day, publication, instant."""
    if day is None:
        by_id = {row["event_id"]: row for row in log}
        return {
            (*row[:-1], occurred(by_id[row[-1]]), row[-1])
            for row in model.outcomes(log, on, known_at)
        }
    return _outcomes(Public(log, known_at), on, day)


def statuses(log: list[Row], on: date, day: date | None, known_at) -> set[tuple]:
    """(recommendation, establishment, status, valid_from, event) at a day, publication, instant."""
    if day is None:
        return model.statuses(log, on, known_at)
    return _statuses(Public(log, known_at), on, day)
