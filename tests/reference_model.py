"""The rules of time in plain Python: what the warehouse must answer, computed in another way.

Over 500 lines, to be read from top to bottom beside the rules.

Written from the rules alone, without SQL and without an eye on speed: everything is computed anew
for each instant asked. Rows are dictionaries of text, as in the event files, with ``event_type``,
``file_name`` and ``line_number`` besides.

Only rules between rows are here. Rows that are faulty in themselves are not given to it.
"""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
FOREVER = datetime(9999, 12, 31)
INTRODUCES = {
    "establishments_described": "establishment_id",
    "visits_held": "visit_id",
    "concerns_raised": "concern_id",
    "recommendations_made": "recommendation_id",
}
# In the order in which an event's establishment is looked for.
PARENTS = ("visit_id", "recommendation_id", "concern_id")
EVIDENCE = "evidence_cited"
SUBJECTS = tuple(INTRODUCES.values())
LIFTS = ("events_retracted", "events_reinstated")
RANKS = {"poor": 1, "not_sufficiently_good": 2, "reasonably_good": 3, "good": 4}
TEST_GROUPS = {
    "care": "respect",
    "resettlement": "release",
    "rehabilitation_and_release_planning": "release",
    "preparation_for_release": "release",
}


def recorded(row: Row) -> datetime:
    return datetime.fromisoformat(row["recorded_at"]).replace(tzinfo=None)


def recording_order(row: Row) -> tuple:
    return recorded(row), row["event_id"]


def occurred(row: Row) -> date | None:
    return date.fromisoformat(row["occurred_on"]) if row["occurred_on"] else None


def world_order(row: Row) -> tuple:
    """(occurred_on, recorded_at, event_id), an unknown day before all others."""
    return occurred(row) or date.min, recorded(row), row["event_id"]


def target(row: Row) -> str:
    return row.get("retracted_event_id") or row.get("reinstated_event_id") or ""


def named_subjects(row: Row) -> list[tuple[str, str]]:
    """The subjects that a row hangs on: all that it names but the one it introduces."""
    own = INTRODUCES.get(row["event_type"])
    return [(column, row[column]) for column in SUBJECTS if column != own and row.get(column)]


def content(row: Row) -> tuple:
    skipped = ("file_name", "line_number")
    return tuple(sorted((k, v) for k, v in row.items() if v and k not in skipped))


# Verdicts ------------------------------------------------------------------------------------


def verdicts(rows: list[Row], digest_order=content) -> list[str]:
    """The verdict of each row, in the order given.

    Args:
        rows: Sound rows of a log.
        digest_order: Settles which of two contents under one id came first where both were
            recorded at one instant.
    """
    result: list[str] = [""] * len(rows)
    by_id: dict[str, list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        by_id[row["event_id"]].append(place)
    firsts = []
    for places in by_id.values():
        places.sort(
            key=lambda p: (
                recorded(rows[p]),
                digest_order(rows[p]),
                rows[p]["file_name"],
                rows[p]["line_number"],
            )
        )
        firsts.append(places[0])
        for place in places[1:]:
            same = content(rows[place]) == content(rows[places[0]])
            result[place] = "duplicate" if same else "rejected"

    sound = {rows[place]["event_id"]: rows[place] for place in firsts}
    state: dict[str, str] = {}
    for event_id, row in sound.items():
        original = sound.get(row["corrects_event_id"]) if row["corrects_event_id"] else None
        if original is not None and (
            original["event_type"] != row["event_type"] or original["corrects_event_id"]
        ):
            state[event_id] = "rejected"
        if row["event_type"] in LIFTS:
            aim = sound.get(target(row))
            if aim is not None and aim["event_type"] in LIFTS:
                state[event_id] = "rejected"
        if row["event_type"] == EVIDENCE:
            fact = sound.get(row["about_event_id"])
            if fact is not None and (
                fact["event_type"] in (*LIFTS, EVIDENCE) or fact["corrects_event_id"]
            ):
                state[event_id] = "rejected"

    known: dict[str, set[str]] = {column: set() for column in SUBJECTS}
    levels = [*INTRODUCES, None]
    for level in levels:
        members = [
            row
            for event_id, row in sound.items()
            if event_id not in state
            and row["event_type"] not in (*LIFTS, EVIDENCE)
            and (row["event_type"] == level if level else row["event_type"] not in INTRODUCES)
        ]

        def is_placed(row: Row) -> bool:
            return all(subject in known[column] for column, subject in named_subjects(row))

        originals = {
            row["event_id"]: row
            for row in members
            if not row["corrects_event_id"] and is_placed(row)
        }
        acceptable = list(originals.values()) + [
            row for row in members if row["corrects_event_id"] in originals and is_placed(row)
        ]
        if level in ("visits_held", "concerns_raised", "recommendations_made"):
            # The first holds the id even where it comes to wait, as the correction of a second
            # introduction does: without that, verdicts would hang on one another in circles.
            column = INTRODUCES[level]
            introduced: dict[str, str] = {}
            for row in sorted(acceptable, key=recording_order):
                statement = row["corrects_event_id"] or row["event_id"]
                first = introduced.setdefault(row[column], statement)
                if first != statement:
                    state[row["event_id"]] = "rejected"
        for row in acceptable:
            if row["event_id"] in state:
                continue
            if state.get(row["corrects_event_id"]) == "rejected":
                continue
            state[row["event_id"]] = "accepted"
        for row in members:
            state.setdefault(row["event_id"], "waiting")
            if level and state[row["event_id"]] == "accepted":
                known[INTRODUCES[level]].add(row[INTRODUCES[level]])
    cited = [row for row in sound.values() if row["event_type"] == EVIDENCE]
    has_fact = {
        row["event_id"]
        for row in cited
        if row["event_id"] not in state and state.get(row["about_event_id"]) == "accepted"
    }
    for row in cited:
        # A correction waits for its original, which it never outlives.
        is_placed = row["event_id"] in has_fact and (
            not row["corrects_event_id"] or row["corrects_event_id"] in has_fact
        )
        state.setdefault(row["event_id"], "accepted" if is_placed else "waiting")
    for event_id, row in sound.items():
        if row["event_type"] in LIFTS and event_id not in state:
            state[event_id] = "accepted" if state.get(target(row)) == "accepted" else "waiting"
    for place in firsts:
        result[place] = state[rows[place]["event_id"]]
    return result


def accepted(rows: list[Row], known_at: datetime = FOREVER) -> list[Row]:
    """The rows that are the log at an instant."""
    there = [row for row in rows if recorded(row) <= known_at]
    return [
        row for row, verdict in zip(there, verdicts(there), strict=True) if verdict == "accepted"
    ]


# What is live ----------------------------------------------------------------------------------


def live(log: list[Row], known_at: datetime) -> list[Row]:
    """The events that are live at an instant (rules 2 to 5)."""
    by_id = {row["event_id"]: row for row in log}

    def is_taken_back(event_id: str) -> bool:
        about = [
            row
            for row in log
            if row["event_type"] in LIFTS and target(row) == event_id and recorded(row) <= known_at
        ]
        return bool(about) and max(about, key=recording_order)["event_type"] == LIFTS[0]

    statements: dict[str, list[Row]] = defaultdict(list)
    for row in log:
        statements[row["corrects_event_id"] or row["event_id"]].append(row)
    current = []
    for statement, versions in statements.items():
        original = by_id[statement]
        if original["event_type"] in LIFTS:
            current += [row for row in versions if recorded(row) <= known_at]
            continue
        standing = [
            row
            for row in versions
            if recorded(row) <= known_at
            and recorded(original) <= known_at
            and not is_taken_back(row["event_id"])
            and not is_taken_back(statement)
        ]
        if standing:
            current.append(max(standing, key=recording_order))

    alive: dict[str, set[str]] = {column: set() for column in SUBJECTS}
    result = []
    for level in [*INTRODUCES, None]:
        for row in current:
            is_of_level = (
                row["event_type"] == level if level else row["event_type"] not in INTRODUCES
            )
            if (
                is_of_level
                and row["event_type"] != EVIDENCE
                and all(s in alive[c] for c, s in named_subjects(row))
            ):
                result.append(row)
        for row in result:
            if row["event_type"] == level:
                alive[INTRODUCES[level]].add(row[INTRODUCES[level]])
    # Evidence is live while any version of the fact that it is about is.
    facts = {row["corrects_event_id"] or row["event_id"] for row in result}
    result += [
        row for row in current if row["event_type"] == EVIDENCE and row["about_event_id"] in facts
    ]
    return result


def instants(log: list[Row]) -> list[datetime]:
    return sorted({recorded(row) for row in log})


def live_intervals(log: list[Row]) -> dict[str, list[tuple[datetime, datetime | None]]]:
    """Per event the maximal half-open intervals in which it is live."""
    moments = instants(log)
    states = [{row["event_id"] for row in live(log, moment)} for moment in moments]
    intervals: dict[str, list[tuple[datetime, datetime | None]]] = {}
    for row in log:
        spans: list[tuple[datetime, datetime | None]] = []
        start = None
        for moment, state in zip(moments, states, strict=True):
            if row["event_id"] in state and start is None:
                start = moment
            if row["event_id"] not in state and start is not None:
                spans.append((start, moment))
                start = None
        if start is not None:
            spans.append((start, None))
        intervals[row["event_id"]] = spans
    return intervals


def establishments_of_events(log: list[Row]) -> set[tuple[str, str | None]]:
    """Per event that is neither about another nor evidence: the establishment that it belongs to.

    It is the one that it names, else that of what it names, by the last version of that to become
    live, whether or not it still is.
    """
    intervals = live_intervals(log)
    last: dict[tuple[str, str], tuple[datetime, str | None]] = {}

    def of(row: Row) -> str | None:
        parents = [row.get(column) for column in PARENTS]
        return row.get("establishment_id") or next(
            (
                found[1]
                for key in zip(PARENTS, parents, strict=True)
                if key[1] and (found := last.get(key)) and found[1]  # type: ignore[arg-type]
            ),
            None,
        )

    # Each kind after those that it hangs on.
    for event_type, column in INTRODUCES.items():
        for row in log:
            spans = intervals[row["event_id"]]
            if row["event_type"] == event_type and spans:
                key, start = (column, row[column]), max(start for start, _ in spans)
                if key not in last or start > last[key][0]:
                    last[key] = start, of(row)
    return {
        (row["event_id"], of(row)) for row in log if row["event_type"] not in (*LIFTS, EVIDENCE)
    }


# Questions -------------------------------------------------------------------------------------


def visit_establishments(alive: list[Row]) -> dict[str, str]:
    return {
        row["visit_id"]: row["establishment_id"]
        for row in alive
        if row["event_type"] == "visits_held"
    }


def status_of(row: Row) -> str:
    return {
        "recommendations_made": "made",
        "responses_received": row.get("response", ""),
        "progress_judged": row.get("judgement", ""),
        "follow_up_ended": "follow_up_ended",
    }[row["event_type"]]


def statuses(log: list[Row], day: date, known_at: datetime) -> set[tuple]:
    """(recommendation, establishment, status, valid_from, event) at a day and instant (rule 8)."""
    alive = live(log, known_at)
    at = visit_establishments(alive)
    made = {
        row["recommendation_id"]: row
        for row in alive
        if row["event_type"] == "recommendations_made"
    }
    result = set()
    for recommendation, making in made.items():
        made_on = occurred(making)
        if made_on is None or day < made_on:
            continue
        events = [
            row
            for row in alive
            if row["event_type"]
            in ("recommendations_made", "responses_received", "progress_judged", "follow_up_ended")
            and row.get("recommendation_id") == recommendation
            and occurred(row) is not None
            and occurred(row) <= day
        ]
        last = max(events, key=world_order)
        result.add(
            (
                recommendation,
                at[making["visit_id"]],
                status_of(last),
                occurred(last),
                last["event_id"],
            )
        )
    return result


def series_of(row: Row) -> tuple[str, str]:
    """The scale and the group that an outcome's test belongs to, under all its names."""
    test = row["healthy_prison_test"]
    return row.get("scale") or "hmip_outcome", TEST_GROUPS.get(test, test)


def outcomes(log: list[Row], day: date, known_at: datetime) -> set[tuple]:
    """(establishment, unit, test, outcome, rank, event) at a day and instant (rule 9).

    Outcomes on one scale in one group are of one test; the answer has the name that it had last.
    """
    alive = live(log, known_at)
    at = visit_establishments(alive)
    by_test: dict[tuple, list[Row]] = defaultdict(list)
    for row in alive:
        day_of = occurred(row)
        if row["event_type"] == "outcomes_judged" and day_of is not None and day_of <= day:
            by_test[(at[row["visit_id"]], row["unit"] or None, *series_of(row))].append(row)
    result = set()
    for (establishment, unit, *_), rows in by_test.items():
        last = max(rows, key=world_order)
        result.add(
            (
                establishment,
                unit,
                last["healthy_prison_test"],
                last["outcome"],
                RANKS[last["outcome"]],
                last["event_id"],
            )
        )
    return result


def establishments(log: list[Row], day: date, known_at: datetime) -> set[tuple]:
    """(establishment, name, valid_from, event) at a day and instant (rule 9)."""
    by_id: dict[str, list[Row]] = defaultdict(list)
    for row in live(log, known_at):
        day_of = occurred(row)
        if row["event_type"] == "establishments_described" and day_of and day_of <= day:
            by_id[row["establishment_id"]].append(row)
    result = set()
    for establishment, rows in by_id.items():
        last = max(rows, key=world_order)
        result.add((establishment, last["name"], occurred(last), last["event_id"]))
    return result


# Facts -----------------------------------------------------------------------------------------


def status_periods(log: list[Row]) -> set[tuple]:
    """(event, recommendation, establishment, status, sequence, valid_from, valid_to)."""
    days = sorted({occurred(row) for row in log if occurred(row)})
    spans: dict[str, list[list]] = defaultdict(list)
    for day in days:
        for recommendation, establishment, status, valid_from, event in statuses(log, day, FOREVER):
            if not spans[recommendation] or spans[recommendation][-1][0] != event:
                if spans[recommendation]:
                    spans[recommendation][-1][-1] = day
                spans[recommendation].append(
                    [event, recommendation, establishment, status, valid_from, None]
                )
    return {
        (event, recommendation, establishment, status, number, valid_from, valid_to)
        for periods in spans.values()
        for number, (
            event,
            recommendation,
            establishment,
            status,
            valid_from,
            valid_to,
        ) in enumerate(periods, 1)
    }


def judgements(log: list[Row]) -> set[tuple]:
    """(event, visit, recommendation, scale, judgement): the last of each (rule 9)."""
    by_key: dict[tuple, list[Row]] = defaultdict(list)
    for row in live(log, FOREVER):
        if row["event_type"] == "progress_judged":
            by_key[(row["visit_id"], row["recommendation_id"], row["scale"])].append(row)
    return {
        (last["event_id"], *key, last["judgement"])
        for key, rows in by_key.items()
        for last in [max(rows, key=world_order)]
    }


def outcome_facts(log: list[Row]) -> set[tuple]:
    """(event, visit, establishment, unit, test, outcome rank, previous rank)."""
    alive = live(log, FOREVER)
    at = visit_establishments(alive)
    by_key: dict[tuple, list[Row]] = defaultdict(list)
    for row in alive:
        if row["event_type"] == "outcomes_judged":
            by_key[(row["visit_id"], row["unit"], row["healthy_prison_test"])].append(row)
    series: dict[tuple, list[Row]] = defaultdict(list)
    for rows in by_key.values():
        last = max(rows, key=world_order)
        test = last["healthy_prison_test"]
        series[(at[last["visit_id"]], last["unit"], TEST_GROUPS.get(test, test))].append(last)
    result = set()
    for (establishment, unit, _), rows in series.items():
        previous = None
        for row in sorted(rows, key=world_order):
            rank = RANKS[row["outcome"]]
            result.add(
                (
                    row["event_id"],
                    row["visit_id"],
                    establishment,
                    unit or None,
                    row["healthy_prison_test"],
                    rank,
                    previous,
                )
            )
            previous = rank
    return result


def changes(log: list[Row], first: datetime, second: datetime) -> set[tuple]:
    """(change, subject, column, old, new) between two instants, statement by statement.

    The establishment is left out: what a row does not name itself is resolved by the warehouse.
    """

    def versions(moment: datetime) -> dict[str, Row]:
        return {
            row["corrects_event_id"] or row["event_id"]: row
            for row in live(log, moment)
            if row["event_type"] not in LIFTS
        }

    def stated(row: Row | None, column: str) -> str | None:
        text = row.get(column) if row else None
        return str(float(text)) if text and column == "value" else text or None

    skipped = {
        "event_id", "recorded_at", "corrects_event_id", "establishment_id",
        "event_type", "file_name", "line_number",
    }  # fmt: skip
    before, after = versions(first), versions(second)
    result = set()
    for statement in before.keys() | after.keys():
        old, new = before.get(statement), after.get(statement)
        if old is new:
            continue
        change = "added" if old is None else "removed" if new is None else "changed"
        subject = next(
            (
                side[column]
                for column in reversed(SUBJECTS[1:])
                for side in (new, old)
                if side and side.get(column)
            ),
            None,
        )
        for column in (old or new or {}).keys() - skipped:
            values = stated(old, column), stated(new, column)
            if values[0] != values[1]:
                result.add((change, subject, column, *values))
    return result


def days_named(log: list[Row]) -> list[date]:
    return sorted({occurred(row) for row in log if occurred(row)})


def establishment_versions(log: list[Row]) -> set[tuple]:
    """(event, establishment, name, valid_from, valid_to); one without days where none has any."""
    spans: dict[str, list[list]] = defaultdict(list)
    for day in days_named(log):
        for establishment, name, valid_from, event in establishments(log, day, FOREVER):
            if not spans[establishment] or spans[establishment][-1][0] != event:
                if spans[establishment]:
                    spans[establishment][-1][-1] = day
                spans[establishment].append([event, establishment, name, valid_from, None])
    for row in sorted(live(log, FOREVER), key=recording_order):
        if row["event_type"] == "establishments_described":
            known = spans[row["establishment_id"]]
            if not known or known[-1][3] is None:
                known[:] = [[row["event_id"], row["establishment_id"], row["name"], None, None]]
    return {tuple(span) for versions in spans.values() for span in versions}


def lasts(rows: list[Row]) -> dict[str, Row]:
    """The last of each recommendation's rows."""
    return {row["recommendation_id"]: row for row in sorted(rows, key=world_order)}


def lifecycles(log: list[Row]) -> set[tuple]:
    """The milestones of each recommendation.

    (recommendation, made_on, responded_on, response, first_judged_on, last_judged_on, last scale,
    last judgement, times judged, times reported, status)
    """
    alive = live(log, FOREVER)

    def of_type(event_type: str) -> list[Row]:
        return [row for row in alive if row["event_type"] == event_type]

    counted = {event for event, *_ in judgements(log)}
    judged = [row for row in alive if row["event_id"] in counted]
    responses, last_judged = lasts(of_type("responses_received")), lasts(judged)
    now = {
        recommendation: status
        for recommendation, _, status, _, _ in statuses(log, date.max, FOREVER)
    }
    result = set()
    for row in of_type("recommendations_made"):
        about = row["recommendation_id"]
        own = [one for one in judged if one["recommendation_id"] == about]
        days = [occurred(one) for one in own if occurred(one)]
        reports = [one for one in of_type("progress_reported") if one["recommendation_id"] == about]
        response, judgement = responses.get(about), last_judged.get(about)
        result.add(
            (
                about,
                occurred(row),
                response and occurred(response),
                response and response["response"],
                min(days, default=None),
                judgement and occurred(judgement),
                judgement and judgement["scale"],
                judgement and judgement["judgement"],
                len(own),
                len(reports),
                now.get(about),
            )
        )
    return result


def monthly_counts(log: list[Row], last: date | None = None) -> set[tuple]:
    """(month, establishment, status, count) at each month's end.

    Args:
        log: A log, or a part of one that has its recommendations to itself.
        last: The last change of the whole log, up to which months are counted; the part's own
            without one.
    """
    periods = status_periods(log)
    starts = sorted(period[5] for period in periods)
    result: Counter[tuple] = Counter()
    month = starts[0].replace(day=1) if starts else date.max
    while starts and month <= (last or starts[-1]):
        following = (month + timedelta(days=31)).replace(day=1)
        for _, _, establishment, status, _, valid_from, valid_to in periods:
            if valid_from < following and (valid_to is None or following <= valid_to):
                result[month, establishment, status] += 1
        month = following
    return {(*key, count) for key, count in result.items()}


def chains(log: list[Row]) -> set[tuple]:
    """(recommendation, first of its chain, number in it, times made) where one repeats another.

    A circle has no first. What a link names without being live is as good as not named.
    """
    links = {
        row["recommendation_id"]: row.get("repeats_recommendation_id") or None
        for row in live(log, FOREVER)
        if row["event_type"] == "recommendations_made"
    }
    places: dict[str, tuple[str | None, int | None]] = {}
    for recommendation in links:
        walked = [recommendation]
        while links[walked[-1]] in links and len(walked) <= len(links):
            walked.append(links[walked[-1]])
        is_circle = len(walked) > len(links)
        places[recommendation] = (None, None) if is_circle else (walked[-1], len(walked))
    result = set()
    for recommendation, (first, number) in places.items():
        numbers = [other for start, other in places.values() if first and start == first]
        times = max(numbers, default=1)
        if times > 1 or links[recommendation]:
            result.add((recommendation, first, number, times))
    return result


def both_tracks(log: list[Row]) -> set[tuple]:
    """(recommendation, reported event, judged event): the last report known by each judgement.

    Of a recommendation that was never judged, the last report alone.
    """
    by_id = {row["event_id"]: row for row in live(log, FOREVER)}
    reports = [row for row in by_id.values() if row["event_type"] == "progress_reported"]
    counted = [by_id[event] for event, *_ in judgements(log)]
    judged = {row["recommendation_id"] for row in counted}
    result: set[tuple] = set()
    for row in counted:
        day = occurred(row)
        before = [one for one in reports if occurred(one) and day and occurred(one) <= day]
        report = lasts(before).get(row["recommendation_id"])
        result.add((row["recommendation_id"], report and report["event_id"], row["event_id"]))
    for recommendation, report in lasts(reports).items():
        if recommendation not in judged:
            result.add((recommendation, report["event_id"], None))
    return result
