"""The gate's verdicts on rows that name other rows. Everything in these logs is invented."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from inspections.errors import BuildFailure
from inspections.log.files.event_files import load_event_files
from inspections.log.verdicts import check_files_are_unchanged
from inspections.settings import Settings
from tests.event_streams import DOCUMENT, write_event_files

Replayed = Callable[..., duckdb.DuckDBPyConnection]
Row = dict[str, str]


def row(event_type: str, event_id: str, recorded: str = "2022-01-01", **values: str) -> Row:
    lifts = event_type.startswith("events_")
    return {
        "event_type": event_type,
        "event_id": event_id,
        "occurred_on": "2020-01-01",
        "occurred_precision": "day",
        "recorded_at": f"{recorded}T00:00:00Z",
        "document_id": "" if lifts else DOCUMENT,
        "paragraph": "",
        "corrects_event_id": "",
        **values,
    }


PRISON = row("establishments_described", "e1", establishment_id="invented-a", name="A")
VISIT = row(
    "visits_held", "v1", visit_id="v", establishment_id="invented-a", visit_type="full_inspection"
)
CORRECTED = {**PRISON, "event_id": "e2", "corrects_event_id": "e1", "name": "B"}
RETRACTED = row("events_retracted", "r1", retracted_event_id="e1", reason="invented")


@pytest.mark.parametrize(
    ("extra", "verdict", "column", "words"),
    [
        (
            {**PRISON, "event_id": "e3", "corrects_event_id": "e2"},
            "rejected",
            "corrects_event_id",
            "itself a correction; expected the original, e1",
        ),
        ({**VISIT, "event_id": "e3", "corrects_event_id": "e1"}, "rejected", "corrects_event_id",
         "which is one of establishments_described; expected an event of visits_held"),
        (
            row("events_retracted", "e3", retracted_event_id="r1"),
            "rejected",
            "retracted_event_id",
            "write events_reinstated with e1",
        ),
        (
            row("events_reinstated", "e3", reinstated_event_id="r1"),
            "rejected",
            "reinstated_event_id",
            "write events_reinstated with e1",
        ),
        ({**RETRACTED, "event_id": "e3", "corrects_event_id": "r1"}, "rejected",
         "corrects_event_id", "never corrected"),
        ({**PRISON, "event_id": "e3", "corrects_event_id": "e3"}, "rejected",
         "corrects_event_id", "names the event itself"),
        ({**VISIT, "event_id": "e3", "recorded_at": "2022-06-01T00:00:00Z"}, "rejected",
         "visit_id", "introduced already, by v1"),
        ({**VISIT, "event_id": "e3", "visit_id": "w", "establishment_id": "nowhere"}, "waiting",
         "establishment_id", "names no establishment that the log knows yet"),
        (row("events_retracted", "e3", retracted_event_id="nothing"), "waiting",
         "retracted_event_id", "names no event that the log knows yet"),
        ({**PRISON, "event_id": "e3", "corrects_event_id": "nothing"}, "waiting",
         "corrects_event_id", "names no event that the log knows yet"),
    ],
)  # fmt: skip
def test_a_row_that_names_a_wrong_or_unknown_one_is_told_which_it_should_name(
    tmp_path: Path, replayed: Replayed, extra: Row, verdict: str, column: str, words: str
) -> None:
    write_event_files([PRISON, VISIT, CORRECTED, RETRACTED, extra], tmp_path / "events")
    found = (
        replayed(tmp_path / "events")
        .execute("select event_id, verdict, column_name, reason from rejected_rows")
        .fetchall()
    )
    assert [row[:3] for row in found] == [("e3", verdict, column)]
    assert words in found[0][3]


def test_what_waits_is_accepted_as_soon_as_what_it_names_arrives(
    tmp_path: Path, replayed: Replayed
) -> None:
    write_event_files([VISIT], tmp_path / "before")
    waiting = replayed(tmp_path / "before").execute("select verdict from rejected_rows").fetchall()
    assert waiting == [("waiting",)]
    later = {**PRISON, "recorded_at": "2023-01-01T00:00:00Z"}
    write_event_files([VISIT, later], tmp_path / "after")
    connection = replayed(tmp_path / "after")
    assert connection.execute("select count(*) from rejected_rows").fetchone() == (0,)
    # It counts from the later of the two recordings.
    assert connection.execute(
        "select cast(known_from as varchar) from events where event_id = 'v1'"
    ).fetchall() == [("2023-01-01 00:00:00",)]


def test_a_correction_of_a_second_introduction_waits_although_its_own_id_is_new(
    tmp_path: Path, replayed: Replayed
) -> None:
    """Accepted, it would be a version of a statement that the log does not hold."""
    second = {**VISIT, "event_id": "v2", "recorded_at": "2022-06-01T00:00:00Z"}
    correction = {**second, "event_id": "v3", "corrects_event_id": "v2", "visit_id": "w"}
    write_event_files([PRISON, VISIT, second, correction], tmp_path / "events")
    connection = replayed(tmp_path / "events")
    assert connection.execute(
        "select event_id, verdict, column_name, value from rejected_rows order by event_id"
    ).fetchall() == [
        ("v2", "rejected", "visit_id", "v"),
        ("v3", "waiting", "corrects_event_id", "v2"),
    ]


def test_an_event_that_was_live_at_no_time_belongs_to_the_establishment_of_what_it_names(
    tmp_path: Path, replayed: Replayed
) -> None:
    outcome = row(
        "outcomes_judged", "o1", visit_id="v", healthy_prison_test="safety", outcome="good"
    )
    made = row(
        "recommendations_made", "m1", recommendation_id="m", visit_id="v", kind="recommendation"
    )
    response = row("responses_received", "a1", recommendation_id="m", response="agreed")
    rows = [PRISON, VISIT, outcome, made, response]
    for original in (outcome, response):
        name = original["event_id"]
        rows.append(
            row("events_retracted", f"r-{name}", "2022-02-01", retracted_event_id=name,
                reason="invented")
        )  # fmt: skip
        rows.append({**original, "event_id": f"{name}-late", "corrects_event_id": name,
                     "recorded_at": "2022-03-01T00:00:00Z"})  # fmt: skip
    write_event_files(rows, tmp_path / "events")
    connection = replayed(tmp_path / "events")
    assert connection.execute("from rejected_rows").fetchall() == []
    assert connection.execute(
        "select event_id, establishment_id, known_from, is_live from events"
        " where event_id like '%-late' order by event_id"
    ).fetchall() == [("a1-late", "invented-a", None, False), ("o1-late", "invented-a", None, False)]


@pytest.mark.parametrize("threads", [1, 8])
def test_two_events_alike_in_both_times_give_one_answer_with_any_number_of_threads(
    tmp_path: Path, replayed: Replayed, threads: int
) -> None:
    made = row(
        "recommendations_made", "m", recommendation_id="r", visit_id="v", kind="recommendation"
    )
    answers = [
        row("responses_received", f"answer-{letter}", recommendation_id="r", response=response)
        for letter, response in (("b", "agreed"), ("c", "not_agreed"), ("a", "partly_agreed"))
    ]
    write_event_files([PRISON, VISIT, made, *answers], tmp_path / "events")
    for _ in range(3):
        assert replayed(tmp_path / "events", threads=threads).execute(
            "select recommendation_status, event_id"
            " from recommendation_status_as_of(date '2021-01-01', null)"
        ).fetchall() == [("made", "m")]


def test_a_file_whose_name_is_no_utf_8_is_not_taken_for_one_that_changed(tmp_path: Path) -> None:
    """Its name was compared as the system has it with its name as it is shown."""
    events = tmp_path / "events"
    write_event_files([PRISON], events)
    odd = os.fsencode(events / "establishments_described.") + b"\xff.csv"
    shutil.copy(events / "establishments_described.csv", odd)
    settings = Settings.from_environment(
        events_dir=events, warehouse_path=tmp_path / "warehouse.duckdb"
    )
    with duckdb.connect(str(settings.build_path)) as connection:
        load_event_files(connection, events, tmp_path / "work")
    check_files_are_unchanged(settings)
    os.utime(odd, ns=(0, 0))
    with pytest.raises(BuildFailure, match=r"\\xff"):
        check_files_are_unchanged(settings)


def test_a_type_without_a_row_has_the_columns_of_one_with_rows(
    tmp_path: Path, replayed: Replayed
) -> None:
    """Its rules are passed over; what reads it must not notice."""
    columns = (
        "select table_name, column_name, data_type from duckdb_columns()"
        " where schema_name = 'staging' and table_name in ('stg_visits_held',"
        " 'stg_establishments_described', 'stg_events_retracted') order by table_name, column_index"
    )
    rules = (
        "select view_name, contains(sql, 'regexp_matches') from duckdb_views()"
        " where view_name = 'stg_visits_held'"
    )
    found = []
    other = row("practice_noted", "p1", visit_id="v", text="Invented.")
    for name, log in (("none", [other]), ("some", [PRISON, VISIT, RETRACTED])):
        write_event_files(log, tmp_path / name)
        connection = replayed(tmp_path / name)
        found.append(connection.execute(columns).fetchall())
        assert connection.execute(rules).fetchall() == [("stg_visits_held", name == "some")]
    assert len(found[0]) > 30
    assert found[0] == found[1]
