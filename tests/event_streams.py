"""Small, nasty streams of events in invented prisons, for holding the warehouse to its rules.

Everything here is invented: no establishment, visit or document of it exists. Ids, days and
instants come from small pools, so that ties, moves and contradictions are frequent.
"""

import csv
import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from inspections.log.declaration import ENVELOPE, event_types

DOCUMENT = "invented-report"
DAYS = ["2021-01-01", "2021-06-01", "2022-01-01", "2022-03-01", "2022-03-02", "2023-01-01"]
INSTANTS = [
    "2022-01-01T00:00:00Z",
    "2022-02-01T12:00:00Z",
    "2022-02-01T12:00:00.000001Z",
    "2022-06-01T00:00:00Z",
    "2023-03-25T23:30:00Z",
    "2023-03-26T23:30:00Z",
    "2030-01-01T00:00:00Z",
]
TESTS = ["safety", "respect", "resettlement", "preparation_for_release"]
OUTCOMES = ["poor", "not_sufficiently_good", "reasonably_good", "good"]
JUDGEMENTS = {
    "hmip_progress": ["no_meaningful_progress", "insufficient_progress", "good_progress"],
    "ofsted_progress": ["insufficient_progress", "significant_progress"],
}
INTRODUCES = {
    "establishments_described": "establishment_id",
    "visits_held": "visit_id",
    "concerns_raised": "concern_id",
    "recommendations_made": "recommendation_id",
}
Row = dict[str, Any]


class Stream:
    """Makes one stream out of the choices of a random source.

    Args:
        choose: ``random.Random`` or one that Hypothesis drives.
        prefix: Keeps the ids of several streams in one log apart.
        instants: The instants at which rows are recorded; few, so that many are equal.
    """

    def __init__(
        self,
        choose: random.Random,
        prefix: str = "invented",
        instants: Sequence[str] = INSTANTS,
    ) -> None:
        self._random = choose
        self._prefix = prefix
        self._instants = instants
        self.rows: list[Row] = []

    def _id(self, kind: str, of: int) -> str:
        return f"{self._prefix}-{kind}-{self._random.randrange(of)}"

    def _link(self, kind: str) -> str:
        """Mostly none; else one that may be unknown, the row's own or one of a circle."""
        if self._random.random() < 0.7:
            return ""
        return self._random.choice([self._id(kind, 2), f"{self._prefix}-{kind}-not-there"])

    def _envelope(self, event_type: str, event_id: str | None = None) -> Row:
        precision = self._random.choice(["day"] * 6 + ["month", "year", "unknown"])
        day = "" if precision == "unknown" else self._random.choice(DAYS)
        if precision == "month":
            day = day[:8] + "01"
        if precision == "year":
            day = day[:5] + "01-01"
        is_lift = event_type in ("events_retracted", "events_reinstated")
        return {
            "event_type": event_type,
            "event_id": event_id or f"{self._prefix}-e{len(self.rows):03d}",
            "occurred_on": day,
            "occurred_precision": precision,
            "recorded_at": self._random.choice(self._instants),
            "document_id": "" if is_lift else DOCUMENT,
            "paragraph": "",
            "corrects_event_id": "",
        }

    def _payload(self, event_type: str) -> Row:
        choice = self._random.choice
        visit, recommendation = self._id("visit", 2), self._id("rec", 2)
        match event_type:
            case "establishments_described":
                return {"establishment_id": self._id("est", 2), "name": choice(["A", "B", "C"])}
            case "visits_held":
                return {
                    "visit_id": visit,
                    "establishment_id": self._id("est", 2),
                    "visit_type": "full_inspection",
                    "follows_visit_id": self._link("visit"),
                }
            case "concerns_raised":
                return {"concern_id": self._id("con", 1), "visit_id": visit, "text": "invented"}
            case "recommendations_made":
                return {
                    "recommendation_id": recommendation,
                    "visit_id": visit,
                    "concern_id": choice(["", self._id("con", 1)]),
                    "kind": "recommendation",
                    "text": choice(["one", "two"]),
                    "repeats_recommendation_id": self._link("rec"),
                }
            case "responses_received":
                return {
                    "recommendation_id": recommendation,
                    "response": choice(["agreed", "partly_agreed", "not_agreed"]),
                }
            case "progress_judged":
                scale = choice(list(JUDGEMENTS))
                return {
                    "visit_id": visit,
                    "recommendation_id": recommendation,
                    "scale": scale,
                    "judgement": choice(JUDGEMENTS[scale]),
                }
            case "outcomes_judged":
                return {
                    "visit_id": visit,
                    "unit": choice(["", "", "open site"]),
                    "healthy_prison_test": choice(TESTS),
                    "outcome": choice(OUTCOMES),
                }
            case "findings_recorded":
                return {
                    "visit_id": visit,
                    "recommendation_id": choice(["", recommendation]),
                    "text": "invented",
                }
            case "follow_up_ended":
                return {"recommendation_id": recommendation, "reason": "handed_over"}
            case "evidence_cited":
                # Mostly about a fact, now and then about what is none or is not there.
                known = [row["event_id"] for row in self.rows]
                return {
                    "about_event_id": choice(known) if known else f"{self._prefix}-not-there",
                    "stance": choice(["confirms", "confirms", "disputes"]),
                }
            case "progress_reported":
                return {"recommendation_id": recommendation, "status": "on track"}
            case "figures_observed":
                return {
                    "establishment_id": choice(["", self._id("est", 2)]),
                    "visit_id": visit,
                    "measure": "prisoners",
                    "value": "5",
                }
        raise AssertionError(event_type)

    def _about(self, row: Row) -> list[str]:
        """The instants at which something was said of a row before."""
        event_id = row["event_id"]
        return [
            other["recorded_at"]
            for other in self.rows
            if event_id
            in (
                other["event_id"],
                other["corrects_event_id"],
                other.get("retracted_event_id"),
                other.get("reinstated_event_id"),
            )
        ]

    def add_there_and_back(self) -> None:
        """Add A, then B, then A again, all on one day, recorded in any order."""
        event_type = self._random.choice(["responses_received", "establishments_described"])
        one, other = self._payload(event_type), self._payload(event_type)
        subject = INTRODUCES.get(event_type, "recommendation_id")
        day = self._random.choice(DAYS)
        for payload in (one, {**other, subject: one[subject]}, one):
            row = {**self._envelope(event_type), **payload}
            self.rows.append({**row, "occurred_on": day, "occurred_precision": "day"})

    def add_moved_and_returned(self) -> None:
        """Correct a visit to another establishment and, later, back to its first."""
        original = self._random.choice(
            [
                row
                for row in self.rows
                if row["event_type"] == "visits_held" and not row["corrects_event_id"]
            ]
        )
        later = sorted(one for one in self._instants if one > original["recorded_at"])
        if len(later) < 2:
            return
        instants = sorted(self._random.sample(later, 2))
        elsewhere = self._payload("visits_held")["establishment_id"]
        for instant, establishment in zip(
            instants, (elsewhere, original["establishment_id"]), strict=True
        ):
            row = {**original, **self._envelope("visits_held"), "recorded_at": instant}
            row["corrects_event_id"] = original["event_id"]
            self.rows.append({**row, "establishment_id": establishment})

    def add(self) -> None:
        """Add one more row, seldom two or three."""
        choose = self._random.random()
        if choose > 0.995:
            self.add_there_and_back()
            return
        if choose > 0.99:
            self.add_moved_and_returned()
            return
        facts = [row for row in self.rows if not row["event_type"].startswith("events_")]
        if not facts or choose < 0.62:
            types = (
                ["establishments_described"] * 2
                + ["visits_held"] * 3
                + ["concerns_raised"]
                + ["recommendations_made"] * 3
                + ["responses_received"] * 2
                + ["progress_judged"] * 4
                + ["outcomes_judged"] * 3
                + ["findings_recorded", "progress_reported", "figures_observed"]
                + ["follow_up_ended", "evidence_cited", "evidence_cited"]
            )
            event_type = self._random.choice(types)
            row = {**self._envelope(event_type), **self._payload(event_type)}
        elif choose < 0.75:
            # What others hang on is corrected more often than its share: moves are the hard part.
            subjects = [row for row in facts if row["event_type"] in INTRODUCES]
            some = subjects if subjects and self._random.random() < 0.5 else facts
            originals = [row for row in some if not row["corrects_event_id"]]
            original = self._random.choice(
                originals if originals and self._random.random() < 0.8 else some
            )
            event_type = original["event_type"]
            if self._random.random() < 0.1:
                event_type = "outcomes_judged"
            row = {**self._envelope(event_type), **self._payload(event_type)}
            row["corrects_event_id"] = original["event_id"]
            later = [one for one in self._instants if one > original["recorded_at"]]
            if later and self._random.random() < 0.5:
                # Both are seen then, one after the other.
                row["recorded_at"] = self._random.choice(later)
            own = INTRODUCES.get(event_type)
            if own and own in original and self._random.random() < 0.8:
                # The subject stays and what it hangs on moves, as a visit to another prison.
                row[own] = original[own]
        elif choose < 0.95:
            event_type, column = self._random.choice(
                [("events_retracted", "retracted_event_id")] * 3
                + [("events_reinstated", "reinstated_event_id")] * 2
            )
            corrections = [row for row in facts if row["corrects_event_id"]]
            about = self._random.choice(
                corrections
                if corrections and self._random.random() < 0.4
                else self.rows
                if self._random.random() < 0.1
                else facts
            )
            row = self._envelope(event_type)
            row[column] = about["event_id"]
            if self._random.random() < 0.05:
                row[column] = f"{self._prefix}-not-there"
            about_column = self._about(about)
            if about_column and self._random.random() < 0.5:
                # Often at the instant of something else that concerns it.
                row["recorded_at"] = self._random.choice(about_column)
        elif choose < 0.98:
            row = dict(self._random.choice(self.rows))
        else:
            event_type = self._random.choice(facts)["event_type"]
            event_id = self._random.choice(self.rows)["event_id"]
            row = {**self._envelope(event_type, event_id), **self._payload(event_type)}
        self.rows.append(row)


def random_stream(
    choose: random.Random,
    size: int,
    prefix: str = "invented",
    instants: Sequence[str] = INSTANTS,
) -> list[Row]:
    """Make a stream of some rows; the first few give the others something to hang on."""
    stream = Stream(choose, prefix, instants)
    for event_type, column, number in (
        ("establishments_described", "establishment_id", "est-0"),
        ("visits_held", "visit_id", "visit-0"),
        ("recommendations_made", "recommendation_id", "rec-0"),
    ):
        row = {**stream._envelope(event_type), **stream._payload(event_type)}
        row[column] = f"{prefix}-{number}"
        if "establishment_id" in row:
            row["establishment_id"] = f"{prefix}-est-0"
        if event_type == "recommendations_made":
            row["visit_id"], row["concern_id"] = f"{prefix}-visit-0", ""
        stream.rows.append(row)
    while len(stream.rows) < size:
        stream.add()
    return stream.rows[:size]


def rare_streams() -> list[Row]:
    """Four streams that chance hardly ever makes, each of which shows one rule.

    An introduction of an id that is taken, corrected to a free one. A prison that is known by a
    waiting correction alone. Evidence about a correction, itself corrected to be about the original.
    A visit that moves to another prison and back, with a recommendation.
    """

    def stream(number: int, *rows: tuple[str, str, dict[str, str]]) -> list[Row]:
        prefix = f"invented9{number:05}"
        made = []
        for place, (event_type, name, values) in enumerate(rows):
            ids = {
                column: value if column in _OF_NO_STREAM else f"{prefix}-{value}"
                for column, value in values.items()
            }
            made.append(
                {
                    "event_type": event_type,
                    "event_id": f"{prefix}-{name}",
                    "occurred_on": DAYS[0],
                    "occurred_precision": "day",
                    "recorded_at": INSTANTS[place // 2],
                    "document_id": DOCUMENT,
                    "paragraph": "",
                    "corrects_event_id": "",
                    **ids,
                }
            )
        return made

    prison = ("establishments_described", "p", {"establishment_id": "est-0", "name": "A"})
    other = ("establishments_described", "q", {"establishment_id": "est-2", "name": "B"})
    in_prison = {"establishment_id": "est-0", "visit_type": "full_inspection"}
    visit = ("visits_held", "v", {"visit_id": "visit", **in_prison})
    made_at = {"visit_id": "visit", "kind": "recommendation", "text": "one"}
    made = ("recommendations_made", "r", {"recommendation_id": "rec", **made_at})
    return [
        *stream(
            1,
            *(prison, visit, made),
            ("recommendations_made", "s", {"recommendation_id": "rec", **made_at}),
            (
                "recommendations_made",
                "t",
                {"recommendation_id": "rec-2", "corrects_event_id": "s", **made_at},
            ),
            ("responses_received", "u", {"recommendation_id": "rec-2", "response": "agreed"}),
        ),
        *stream(
            2,
            *(prison, visit),
            (
                "establishments_described",
                "r",
                {"establishment_id": "est-2", "name": "B", "corrects_event_id": "not-there"},
            ),
            (
                "figures_observed",
                "s",
                {"establishment_id": "est-2", "measure": "prisoners", "value": "5"},
            ),
        ),
        *stream(
            3,
            *(prison, visit, made),
            (
                "recommendations_made",
                "s",
                {"recommendation_id": "rec", "corrects_event_id": "r", **made_at, "text": "two"},
            ),
            ("evidence_cited", "t", {"about_event_id": "s", "stance": "confirms"}),
            (
                "evidence_cited",
                "u",
                {"about_event_id": "r", "stance": "disputes", "corrects_event_id": "t"},
            ),
        ),
        *stream(
            4,
            *(prison, other, visit, made),
            (
                "visits_held",
                "w",
                {
                    "visit_id": "visit",
                    **in_prison,
                    "establishment_id": "est-2",
                    "corrects_event_id": "v",
                },
            ),
            ("findings_recorded", "f", {"visit_id": "visit", "text": "invented"}),
            ("visits_held", "x", {"visit_id": "visit", **in_prison, "corrects_event_id": "v"}),
        ),
    ]


# Columns whose values are words, and no ids of a stream.
_OF_NO_STREAM = {"kind", "measure", "name", "response", "stance", "text", "value", "visit_type"}


@st.composite
def event_streams(draw: st.DrawFn, smallest: int = 4, largest: int = 28) -> list[Row]:
    """Draw a stream, placed as if each type were one file."""
    size = draw(st.integers(smallest, largest))
    rows = random_stream(draw(st.randoms(use_true_random=False)), size)
    return [
        {**row, "file_name": f"{row['event_type']}.csv", "line_number": number}
        for number, row in enumerate(rows, 2)
    ]


@st.composite
def questions(draw: st.DrawFn, rows: list[Row]) -> tuple[date, datetime | None]:
    """Draw a day and an instant where the answers of a stream may turn.

    At its own days and instants, a step before or after one, between two, before all and after
    all; no instant means everything known.
    """
    days = sorted({date.fromisoformat(row["occurred_on"]) for row in rows if row["occurred_on"]})
    instants = sorted(
        {datetime.fromisoformat(row["recorded_at"]).replace(tzinfo=None) for row in rows}
    )
    day = draw(st.sampled_from([date(1900, 1, 1), *days, date(2999, 12, 31)]))
    between = [one + (other - one) / 2 for one, other in pairwise(instants)]
    steps = [
        instant + step * timedelta(microseconds=1) for instant in instants for step in (-1, 0, 1)
    ]
    moment = draw(
        st.sampled_from([None, datetime(1900, 1, 1), *steps, *between, datetime(2999, 12, 31)])
    )
    return day + draw(st.integers(-1, 1)) * timedelta(days=1), moment


def write_event_files(rows: list[Row], folder: Path) -> list[Row]:
    """Write rows as event files, with their invented document beside them.

    Returns:
        The rows with the file and line that each stands in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "documents.csv").write_text(
        "document_id,title,body,file,source_address,licence\n"
        f"{DOCUMENT},An invented report,hmip,,,\n",
        encoding="utf-8",
    )
    by_type: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_type[row["event_type"]].append(row)
    placed = []
    for event_type, members in by_type.items():
        columns = event_types()[event_type].column_names
        name = f"{event_type}.csv"
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(
                stream, columns, restval="", lineterminator="\n", extrasaction="ignore"
            )
            writer.writeheader()
            writer.writerows(members)
        for line_number, row in enumerate(members, 2):
            complete = {column: row.get(column, "") for column in (*ENVELOPE, *columns)}
            placed.append(
                {
                    **complete,
                    "event_type": event_type,
                    "file_name": name,
                    "line_number": line_number,
                }
            )
    return placed
