"""Small, nasty streams with publications, in invented prisons.

Letters, editions, withdrawals, pages, action plans, second readings, months, years, one-sided bounds
and unknown days, and corrections and retractions of all of these. Everything here is invented.
"""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.event_streams import INTRODUCES, JUDGEMENTS, Row, Stream, write_event_files

DOCUMENTS = ["report-a", "report-b", "edition", "letter", "plan", "page-a", "page-b"]
WHAT = ["", "report", "report", "corrected_edition", "notification_letter", "action_plan"]
WHAT += ["press_release", "page", "withdrawal"]
LATE_DOCUMENTS = {
    "late-report": "report",
    "late-edition": "corrected_edition",
    "late-letter": "notification_letter",
    "late-plan": "action_plan",
    "late-release": "press_release",
}
OWN = {
    "report": "report",
    "corrected_edition": "edition",
    "notification_letter": "letter",
    "action_plan": "plan",
    "page": "page",
}
PUBLIC_DAYS = ["2021-03-01", "2021-06-15", "2021-06-30", "2022-01-01", "2022-02-28", "2023-05-05"]


class PublicStream(Stream):
    """A stream in which documents come out."""

    def _envelope(self, event_type: str, event_id: str | None = None) -> Row:
        row = super()._envelope(event_type, event_id)
        if row["document_id"]:
            row["document_id"] = self._random.choice(DOCUMENTS)
        return row

    def _payload(self, event_type: str) -> Row:
        if event_type != "reports_published":
            return super()._payload(event_type)
        return self._publication()

    def _publication(self) -> Row:
        choice = self._random.choice
        what = choice(WHAT)
        # Mostly a document of its kind; now and then any, which makes editions of pages.
        own = [one for one in DOCUMENTS if one.startswith(OWN.get(what, ""))]
        document = choice([*own, *own, *own, choice(DOCUMENTS), ""])
        # Files of before the two columns fill in neither, and may give two days.
        is_of_old_file = not what and self._random.random() < 0.5
        if is_of_old_file:
            document = ""
        row: Row = {
            "visit_id": choice([self._id("visit", 2)] * 4 + [""]),
            "what": what,
            "published_document_id": document,
        }
        if not row["visit_id"] and not document:
            row["published_document_id"] = choice(DOCUMENTS)
        day = date.fromisoformat(choice(PUBLIC_DAYS))
        precision = choice(["day"] * 4 + ["month", "month", "year", "unknown", "unknown"])
        row["occurred_precision"] = precision
        row["occurred_on"] = {
            "day": day,
            "month": day.replace(day=1),
            "year": day.replace(month=1, day=1),
            "unknown": "",
        }[precision]
        row["occurred_on"] = str(row["occurred_on"])
        if precision == "day" and (is_of_old_file or self._random.random() < 0.3):
            apart = choice([-3, 0, 9]) if is_of_old_file else 0
            row["published_on"] = str(day + timedelta(days=apart))
        if precision != "day" and self._random.random() < 0.4:
            row["published_not_before"] = str(day - timedelta(days=self._random.randrange(20)))
        if precision != "day" and self._random.random() < 0.5:
            row["published_not_after"] = str(day + timedelta(days=self._random.randrange(20)))
        return row

    def add_publication(self) -> None:
        """Add what came out; now and then a second reading of what is there."""
        row = {**self._envelope("reports_published"), **self._publication()}
        earlier = [one for one in self.rows if one["event_type"] == "reports_published"]
        if earlier and self._random.random() < 0.3:
            other = self._random.choice(earlier)
            for column in ("visit_id", "what", "published_document_id"):
                row[column] = other[column]
            if not other["what"]:
                row["document_id"] = other["document_id"]
        self.rows.append(row)

    def add(self) -> None:
        """Add one more row: a publication, a fact, what confirms or alters one, or any other."""
        choose = self._random.random()
        originals = [
            row
            for row in self.rows
            if not row["corrects_event_id"]
            and row["event_type"] not in ("events_retracted", "events_reinstated")
        ]
        if choose < 0.26:
            self.add_publication()
        elif choose < 0.38:
            event_type = self._random.choice(
                ["outcomes_judged", "progress_judged", "responses_received", "follow_up_ended"]
            )
            self.rows.append({**self._envelope(event_type), **self._payload(event_type)})
        elif choose < 0.46:
            row = {**self._envelope("evidence_cited"), **self._payload("evidence_cited")}
            facts = [one for one in originals if one["event_type"] == "outcomes_judged"]
            row["about_event_id"] = self._random.choice(facts or originals)["event_id"]
            self.rows.append(row)
        elif choose < 0.58:
            # What another edition says of a fact or a subject that is there.
            subjects = [one for one in originals if one["event_type"] in INTRODUCES]
            original = self._random.choice(subjects if self._random.random() < 0.5 else originals)
            event_type = original["event_type"]
            row = {**original, **self._envelope(event_type)}
            changed = self._payload(event_type)
            row.update({k: v for k, v in changed.items() if self._random.random() < 0.5})
            own = INTRODUCES.get(event_type)
            if own:
                row[own] = original[own]
            row["corrects_event_id"] = original["event_id"]
            self.rows.append(row)
        else:
            super().add()


def public_stream(choose: random.Random, size: int, **options: Any) -> list[Row]:
    """Make a stream of some rows; the first few give the others something to hang on."""
    stream = PublicStream(choose, **options)
    base = (
        ("establishments_described", {"establishment_id": "est-0"}),
        ("establishments_described", {"establishment_id": "est-1"}),
        ("visits_held", {"visit_id": "visit-0", "establishment_id": "est-0"}),
        ("visits_held", {"visit_id": "visit-1", "establishment_id": "est-0"}),
        ("recommendations_made", {"recommendation_id": "rec-0", "visit_id": "visit-0"}),
        ("outcomes_judged", {"visit_id": "visit-0"}),
        ("outcomes_judged", {"visit_id": "visit-1"}),
    )
    for event_type, own in base:
        row = {**stream._envelope(event_type), **stream._payload(event_type)}
        row.update({column: f"{stream._prefix}-{value}" for column, value in own.items()})
        if "concern_id" in row:
            row["concern_id"] = ""
        stream.rows.append(row)
    while len(stream.rows) < size:
        stream.add()
    return [row for row in stream.rows[:size] if is_sound(row)]


def is_sound(row: Row) -> bool:
    """Whether a row keeps the rules of a row: what mixes two of them may not."""
    after, before = row.get("published_not_after"), row.get("published_not_before")
    day = row["occurred_precision"] == "day" and row["occurred_on"]
    is_of_old_file = not row.get("what") and not row.get("published_document_id")
    return not (
        (
            row["event_type"] == "reports_published"
            and not row["visit_id"]
            and not row["published_document_id"]
        )
        or (day and row.get("published_on") not in (None, "", day) and not is_of_old_file)
        or (after and before and after < before)
        or (after and row["occurred_on"] and after < row["occurred_on"])
        or (day and before and before > day)
        or (row["occurred_precision"] != "unknown" and not row["occurred_on"])
        or (row["occurred_precision"] == "unknown" and row["occurred_on"])
        or (row["occurred_precision"] == "month" and row["occurred_on"][8:] != "01")
        or (
            row["event_type"] == "progress_judged"
            and row["judgement"] not in JUDGEMENTS[row["scale"]]
        )
        or (row["occurred_precision"] == "year" and row["occurred_on"][5:] != "01-01")
    )


def write_public_files(rows: list[Row], folder: Path) -> list[Row]:
    """Write rows as event files, with the list of invented documents beside them."""
    placed = write_event_files(rows, folder)
    lines = "".join(
        f"{name},An invented document,hmip,,,\n" for name in (*DOCUMENTS, *LATE_DOCUMENTS)
    )
    (folder / "documents.csv").write_text(
        f"document_id,title,body,file,source_address,licence\n{lines}", encoding="utf-8"
    )
    return placed


def late_rows(choose: random.Random, rows: list[Row], day: date) -> list[Row]:
    """Documents published after a day, and the events of a stream that they add or change.

    Each document is recorded first, so that nothing of it is known before it is known for an edition.
    What only a page tells is no part: it is presumed of a report that may have been public before.

    Args:
        choose: The random source.
        rows: The stream.
        day: The last day of publication that must not notice.
    """
    stream = PublicStream(choose, prefix="invented")
    # Ids go on after those of the stream.
    stream.rows = list(rows)
    first = min(row["recorded_at"] for row in rows)
    late: list[Row] = []

    def add(event_type: str, document: str, /, **values: str) -> None:
        row = {
            **stream._envelope(event_type, f"late-{len(late):03d}"),
            **stream._payload(event_type),
            "document_id": document,
            **values,
        }
        if is_sound(row):
            late.append(row)

    for document, what in LATE_DOCUMENTS.items():
        on = day + timedelta(days=choose.randrange(1, 400))
        # Once by itself: of a visit that was retracted, nothing is known to have been published.
        for visit in ("", choose.choice(["invented-visit-0", "invented-visit-1"])):
            add(
                "reports_published",
                document,
                visit_id=visit,
                what=what,
                published_document_id=document,
                occurred_on=str(on),
                occurred_precision="day",
                recorded_at=first,
                published_on="",
                published_not_before="",
                published_not_after="",
            )
    editions = [name for name, what in LATE_DOCUMENTS.items() if what != "press_release"]
    add("visits_held", "late-report", visit_id="late-visit", establishment_id="invented-est-0")
    for _ in range(choose.randrange(4, 9)):
        document = choose.choice(editions)
        event_type = choose.choice(
            ["outcomes_judged", "progress_judged", "responses_received", "follow_up_ended"]
        )
        add(event_type, document)
    for _ in range(choose.randrange(2, 5)):
        original = choose.choice(
            [
                row
                for row in rows
                if not row["corrects_event_id"]
                and row["event_type"]
                not in ("events_retracted", "events_reinstated", "reports_published")
            ]
        )
        event_type = original["event_type"]
        values = {
            **original,
            **{
                column: value
                for column, value in stream._payload(event_type).items()
                if choose.random() < 0.6
            },
        }
        own = INTRODUCES.get(event_type)
        if own:
            values[own] = original[own]
        add(
            event_type,
            choose.choice(editions),
            **{
                **values,
                "event_id": f"late-{len(late):03d}",
                "corrects_event_id": original["event_id"],
                "recorded_at": choose.choice(stream._instants),
                "document_id": choose.choice(editions),
            },
        )
    facts = [
        row["event_id"]
        for row in rows
        if row["event_type"] in ("outcomes_judged", "progress_judged", "recommendations_made")
        and not row["corrects_event_id"]
    ]
    for fact in facts[:3]:
        add(
            "evidence_cited",
            choose.choice(list(LATE_DOCUMENTS)),
            about_event_id=fact,
            stance="confirms",
        )
    add(
        "reports_published",
        "late-release",
        visit_id="invented-visit-0",
        what="withdrawal",
        published_document_id=choose.choice(DOCUMENTS),
        occurred_on=str(day + timedelta(days=choose.randrange(1, 400))),
        occurred_precision="day",
        published_on="",
        published_not_before="",
        published_not_after="",
    )
    return late
