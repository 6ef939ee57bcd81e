"""Publications as the log records them: the rules of a row, and what `append` notes of new ones.

All prisons, visits and documents here are invented.
"""

from pathlib import Path

import pytest

from inspections.log.adding.append import append
from inspections.log.adding.batch import Batch, BatchRow
from inspections.log.declaration import event_types
from inspections.log.gate import Judged, judge
from inspections.settings import PROJECT, Settings
from tests.event_streams import Row, write_event_files

DOCUMENTS = "document_id,title,body,file,source_address,licence\n" + "".join(
    f"invented-{name},An invented document,{body},,,\n"
    for name, body in (
        ("report", "hmip"),
        ("second-edition", "hmip"),
        ("letter", "hmip"),
        ("page", ""),
    )
)


def row(event_type: str, event_id: str, **values: str) -> Row:
    return {
        "event_type": event_type,
        "event_id": event_id,
        "occurred_on": "2021-03-01",
        "occurred_precision": "day",
        "recorded_at": "2022-01-01T00:00:00Z",
        "document_id": "invented-page",
        **values,
    }


def published(event_id: str, **values: str) -> Row:
    return row("reports_published", event_id, visit_id="ashmoor-2021", **values)


LOG = [
    row("establishments_described", "described", establishment_id="ashmoor", name="Ashmoor"),
    row(
        "visits_held",
        "held",
        visit_id="ashmoor-2021",
        establishment_id="ashmoor",
        visit_type="full_inspection",
        ended_on="2021-03-12",
    ),
]


def log_of(folder: Path, rows: list[Row]) -> Path:
    write_event_files(rows, folder)
    (folder / "documents.csv").write_text(DOCUMENTS, encoding="utf-8")
    return folder


def judged(folder: Path, rows: list[Row]) -> Judged:
    work = folder / "work"
    work.mkdir(parents=True)
    log = log_of(folder / "events", rows)
    return judge(log, PROJECT / "seeds", PROJECT / "reports", work)


def test_a_publication_that_contradicts_itself_is_rejected_by_its_column(tmp_path: Path) -> None:
    """Only one of visit and document is needed; days and bounds of one row must agree.

    The rule on published_on rejected rows of before it, too, and with them stopped the next build of
    a log that had been published.
    """
    day = {"occurred_on": "2021-08-01"}
    good = [
        published("old", **day, document_id="invented-report"),
        published("old-of-two-days", **day, published_on="2021-08-02"),
        published("a-page-says-so", **day, what="report", published_on="2021-08-01"),
        row(
            "reports_published",
            "no-visit",
            **day,
            what="page",
            published_document_id="invented-page",
        ),
        published("month", occurred_on="2021-08-01", occurred_precision="month"),
        published(
            "bounds",
            occurred_on="",
            occurred_precision="unknown",
            published_not_before="2021-07-01",
            published_not_after="2021-07-01",
        ),
        published("one-sided", occurred_on="", occurred_precision="unknown", what="withdrawal"),
        row("report_steps_taken", "s1", establishment_id="ashmoor", step="not_to_be_published"),
        row("report_steps_taken", "s2", visit_id="ashmoor-2021", step="submitted_to_minister"),
    ]
    faulty = {
        "nothing": (row("reports_published", "nothing", **day, what="report"), "visit_id"),
        "kind": (published("kind", **day, what="leaflet"), "what"),
        "two-days": (
            published("two-days", **day, what="report", published_on="2021-08-02"),
            "published_on",
        ),
        "two-days-of-a-document": (
            published(
                "two-days-of-a-document",
                **day,
                published_document_id="invented-report",
                published_on="2021-08-02",
            ),
            "published_on",
        ),
        "turned": (
            published(
                "turned",
                occurred_on="",
                occurred_precision="unknown",
                published_not_before="2021-08-02",
                published_not_after="2021-08-01",
            ),
            "published_not_after",
        ),
        "over": (published("over", **day, published_not_after="2021-07-31"), "published_not_after"),
        "early": (
            published("early", **day, published_not_before="2021-08-02"),
            "published_not_before",
        ),
        "step": (row("report_steps_taken", "step", establishment_id="ashmoor", step="x"), "step"),
        "whose": (row("report_steps_taken", "whose", step="not_to_be_published"), "visit_id"),
    }
    found = judged(tmp_path, LOG + good + [one for one, _ in faulty.values()])
    assert {row["event_id"]: row["column_name"] for row in found.unaccepted} == {
        event_id: column for event_id, (_, column) in faulty.items()
    }
    assert {row["verdict"] for row in found.unaccepted} == {"rejected"}


def test_the_new_columns_change_no_digest_of_an_event_that_leaves_them_empty(
    tmp_path: Path,
) -> None:
    """The guard would stop every build over the publication before."""
    rows = [*LOG, published("old", document_id="invented-report", title="Report")]
    new = judged(tmp_path / "new", rows)
    folder = tmp_path / "old"
    (folder / "work").mkdir(parents=True)
    log = log_of(folder / "events", rows)
    columns = [name for name in event_types()["reports_published"].column_names][:10]
    assert columns[-1] == "published_on"
    values = ",".join(str(rows[-1].get(column, "")) for column in columns)
    (log / "reports_published.csv").write_text(f"{','.join(columns)}\n{values}\n")
    old = judge(log, PROJECT / "seeds", PROJECT / "reports", folder / "work")
    digests = "select event_id, event_digest from intermediate.int_log order by event_id"
    assert old.ask(digests) == new.ask(digests)
    assert len(old.ask(digests)) == len(rows)


def notes_of(folder: Path, logged: list[Row], fresh: list[Row]) -> list[str]:
    log = log_of(folder / "events", logged)
    batch = Batch()
    for number, one in enumerate(fresh, 2):
        columns = event_types()[one["event_type"]].column_names
        values = {column: one.get(column, "") for column in columns}
        batch.add(one["event_type"], BatchRow("new.csv", number, values))
    settings = Settings.from_environment(events_dir=log, warehouse_path=folder / "warehouse.duckdb")
    return append(batch, settings).notes


OUTCOME = {"visit_id": "ashmoor-2021", "healthy_prison_test": "safety", "outcome": "poor"}
LATER = {"recorded_at": "2022-02-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("logged", "fresh", "said"),
    [
        (
            [],
            [published("p", occurred_on="2021-03-11", what="report", **LATER)],
            ["public by 2021-03-11, before the visit ashmoor-2021 ended on 2021-03-12"],
        ),
        (
            [published("old", occurred_on="2021-08-01", published_on="2021-08-02")],
            [published("p", occurred_on="2021-08-01", published_on="2021-08-03")],
            ["published_on 2021-08-03 is not occurred_on 2021-08-01; the later of the two counts"],
        ),
        # An inspectorate's document is noted once, not once a row; a page of others is not.
        (
            [],
            [
                row("outcomes_judged", "o1", document_id="invented-report", **OUTCOME),
                row("outcomes_judged", "o2", document_id="invented-report", **OUTCOME),
                row("outcomes_judged", "o3", **OUTCOME),
            ],
            ["cites invented-report, a document of hmip without a publication"],
        ),
        # One of unknown day is enough.
        (
            [
                published(
                    "p",
                    document_id="invented-report",
                    occurred_on="",
                    occurred_precision="unknown",
                )
            ],
            [row("outcomes_judged", "o1", document_id="invented-report", **OUTCOME)],
            [],
        ),
        (
            [row("outcomes_judged", "o1", document_id="invented-report", **OUTCOME)],
            [
                published(
                    "p",
                    occurred_on="2021-08-01",
                    what="report",
                    published_document_id="invented-report",
                    **LATER,
                )
            ],
            ["publishes invented-report, of which 1 event(s) were recorded before"],
        ),
        (
            [],
            [
                published(
                    "p",
                    occurred_on="2021-08-01",
                    what="report",
                    published_document_id="invented-reprot",
                )
            ],
            ["published_document_id invented-reprot is not a row of documents.csv"],
        ),
        # A reading of the first edition would bring back what the second altered.
        (
            [
                published("p1", document_id="invented-report", occurred_on="2021-08-01"),
                published(
                    "p2",
                    occurred_on="2021-10-01",
                    what="corrected_edition",
                    published_document_id="invented-second-edition",
                ),
                row("outcomes_judged", "o1", document_id="invented-report", **OUTCOME),
                row(
                    "outcomes_judged",
                    "o2",
                    document_id="invented-second-edition",
                    corrects_event_id="o1",
                    **{**OUTCOME, "outcome": "good"},
                ),
            ],
            [
                row(
                    "outcomes_judged",
                    "o3",
                    document_id="invented-report",
                    corrects_event_id="o1",
                    **OUTCOME,
                    **LATER,
                )
            ],
            ["corrects o1: the version it would supersede, o2, is from a later edition"],
        ),
    ],
)
def test_append_notes_what_makes_a_day_of_publication_doubtful(
    logged: list[Row], fresh: list[Row], said: list[str], tmp_path: Path
) -> None:
    """Each of these is accepted, and leaves an answer about a day of publication wrong or poor."""
    notes = notes_of(tmp_path, LOG + logged, fresh)
    assert len(notes) == len(said)
    for note, words in zip(notes, said, strict=True):
        assert note.startswith("new.csv, line ") and words in note
