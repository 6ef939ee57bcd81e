"""The benchmark's invented logs are sound, and everyone who is asked about them answers alike."""

import csv
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.generate_events import generate
from benchmarks.peers import PEERS, dbt_snapshot, peer
from benchmarks.published import is_of_axis, questions, with_publications, without_publications
from benchmarks.run import run
from inspections.log.declaration import event_types
from tests import reference_model
from tests.conftest import Built
from tests.event_streams import DAYS, INSTANTS, random_stream, write_event_files
from tests.replay import CompiledProject, replay

pytestmark = pytest.mark.minutes(1)

EVENTS = 20_000
QUESTIONS = [
    (date(2003, 1, 1), datetime(2006, 1, 1)),
    (date(2010, 6, 1), datetime(2012, 1, 1)),
    (date(2026, 11, 1), datetime(2015, 5, 5, 12)),
    (date(2016, 6, 1), datetime(2030, 1, 1)),
    (date(2026, 11, 1), datetime(2026, 11, 24)),
]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows_of(folder: Path) -> list[reference_model.Row]:
    rows = []
    for event_type in event_types():
        path = folder / f"{event_type}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream), 2):
                place = {"file_name": path.name, "line_number": number}
                rows.append({**row, **place, "event_type": event_type})
    return rows


def answers(name: str, folder: Path, questions: list[tuple[date, datetime]]) -> list[set[tuple]]:
    one = peer(name)
    if reason := one.missing():
        pytest.skip(reason)
    handle = one.load(folder)
    try:
        return [one.statuses_as_of(handle, *question) for question in questions]
    finally:
        one.close(handle)


def expected(
    log: list[reference_model.Row], questions: list[tuple[date, datetime]]
) -> list[set[tuple]]:
    return [
        {
            (recommendation, status, event)
            for recommendation, _, status, _, event in reference_model.statuses(log, *question)
        }
        for question in questions
    ]


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("invented")
    generate(EVENTS, 1, folder)
    return folder


@pytest.fixture(scope="module")
def asked_of_sqlite(stream: Path) -> list[set[tuple]]:
    return answers("sqlite", stream, QUESTIONS)


@pytest.fixture(scope="module")
def replayed_stream(
    stream: Path, project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The replay of the stream, which no test changes."""
    with replay(project, stream, tmp_path_factory.mktemp("replayed")) as connection:
        yield connection


def test_a_number_and_a_seed_name_one_log_however_many_processes_write_it(
    stream: Path, tmp_path: Path
) -> None:
    generate(EVENTS, 1, tmp_path / "again", workers=2)
    generate(EVENTS, 2, tmp_path / "other")
    assert contents(tmp_path / "again") == contents(stream)
    assert contents(tmp_path / "other") != contents(stream)


@pytest.mark.parametrize("events", [1, 250, 7_777])
def test_a_log_of_any_length_is_sound(events: int, tmp_path: Path) -> None:
    """Wherever the log is cut off, what a row names stands before the cut."""
    generate(events, 3, tmp_path)
    rows = rows_of(tmp_path)
    assert len(rows) == events
    assert set(reference_model.verdicts(rows)) == {"accepted"}


def test_the_log_has_the_shapes_that_it_promises(stream: Path) -> None:
    rows = rows_of(stream)
    assert len(rows) == EVENTS
    assert set(reference_model.verdicts(rows)) == {"accepted"}
    by_id = {row["event_id"]: row for row in rows}
    counted = Counter(row["event_type"] for row in rows)
    corrections = [row for row in rows if row["corrects_event_id"]]
    taken_back = Counter(
        by_id[row["retracted_event_id"]]["event_type"]
        for row in rows
        if row["event_type"] == "events_retracted"
    )

    assert set(counted) == set(event_types()) - {
        "evidence_cited", "follow_up_ended", "status_observed", "urgent_notifications_issued",
        "outcome_bounds_stated", "report_steps_taken",
    }  # fmt: skip
    assert 0.015 < len(corrections) / EVENTS < 0.025
    assert 0.008 < counted["events_retracted"] / EVENTS < 0.012
    assert taken_back["visits_held"] and taken_back["recommendations_made"]
    assert counted["events_reinstated"] > 20
    assert {row["occurred_precision"] for row in rows} == {"day", "month", "year", "unknown"}
    assert {row["scale"] for row in rows if row["event_type"] == "progress_judged"} == {
        "hmip_progress",
        "ofsted_progress",
        "hmip_follow_up",
    }
    assert max(len(row.get("text") or "") for row in rows) > 2000
    names = {
        (row["establishment_id"], row["name"])
        for row in rows
        if row["event_type"] == "establishments_described"
    }
    assert len(names) == len({name for _, name in names}) == len({one for one, _ in names})
    assert any(
        row["recommendation_id"] != by_id[row["corrects_event_id"]]["recommendation_id"]
        for row in corrections
        if row["event_type"] == "progress_judged"
    ), "no judgement was moved to another recommendation"
    answered = Counter(
        (row["recommendation_id"], row["occurred_on"])
        for row in rows
        if row["event_type"] == "responses_received" and not row["corrects_event_id"]
    )
    assert max(answered.values()) > 1, "nothing happened twice on one day"
    published = [
        row
        for row in rows
        if row["event_type"] == "reports_published" and row["occurred_precision"] == "day"
    ]
    assert any(row["corrects_event_id"] for row in published)
    assert all(row["published_on"] == row["occurred_on"] for row in published)
    assert all("2005" <= row["recorded_at"] < "2026-12" for row in rows)
    assert all("2000" <= row["occurred_on"] < "2026-12" for row in rows if row["occurred_on"])


def test_the_gate_accepts_every_row_and_what_is_said_twice_agrees(
    replayed_stream: duckdb.DuckDBPyConnection, asked_of_sqlite: list[set[tuple]]
) -> None:
    connection = replayed_stream
    assert connection.execute("from main.rejected_rows").fetchall() == []
    assert connection.execute("select count(distinct event_id) from main.events").fetchall() == [
        (EVENTS,)
    ]
    for table in ("report_restatements", "report_reconciliations"):
        # Where nothing is stated to compare with, `agrees` is null.
        counted = dict(
            connection.execute(f"select agrees, count(*) from main.{table} group by all").fetchall()
        )
        assert counted[True] > 20, table
        assert False not in counted, table
    given = [
        set(
            connection.execute(
                "select recommendation_id, recommendation_status, event_id"
                " from main.recommendation_status_as_of($1, $2)",
                list(question),
            ).fetchall()
        )
        for question in QUESTIONS
    ]
    assert given == asked_of_sqlite


def test_no_model_compares_every_row_with_every_other(
    replayed_stream: duckdb.DuckDBPyConnection, project: CompiledProject
) -> None:
    """A join that DuckDB can only make row by row takes a hundred times as long for ten times the
    log. `or` in the condition of an outer join is enough for that."""
    plans = {
        model.name: replayed_stream.execute(f"explain (format json) {model.sql}").fetchall()[0][1]
        for model in project.models
    }
    by_rows = {name for name, plan in plans.items() if "NL_JOIN" in plan or "NESTED_LOOP" in plan}
    assert not by_rows


@pytest.mark.parametrize(
    "rows",
    [
        "intermediate.int_typed_rows",
        "intermediate.int_recommendation_month_counts",
        "marts.fct_recommendations_monthly",
    ],
)
def test_rows_whose_order_is_relied_on_are_written_in_it(
    rows: str, replayed_stream: duckdb.DuckDBPyConnection, project: CompiledProject
) -> None:
    """Lines are counted from it, and the monthly snapshot is published in it. DuckDB keeps it only
    in a plan without joins; in any other each thread writes what it has when it has it."""
    name = rows.split(".")[1]
    written = {model.name: model.sql for model in project.models if not model.is_view}.get(
        name, f"from {rows}"
    )
    (plan,) = [
        row[1]
        for row in replayed_stream.execute(
            f"explain (format json) create table main.written as {written}"
        ).fetchall()
    ]
    assert "BATCH_CREATE_TABLE_AS" in plan


@pytest.mark.parametrize("name", PEERS)
def test_peers_give_the_same_answers_about_an_invented_log(
    name: str, stream: Path, asked_of_sqlite: list[set[tuple]]
) -> None:
    assert all(asked_of_sqlite)
    assert answers(name, stream, QUESTIONS) == asked_of_sqlite


@pytest.mark.parametrize("name", PEERS)
def test_peers_answer_as_the_rules_of_time_say(name: str, tmp_path: Path) -> None:
    """On small streams in which ties, moves and retractions are the rule."""
    # One log of many streams that share nothing, so that the model may take them one by one.
    logs = []
    for number in range(40):
        # The peers know what a first system would: neither second sources nor ends of follow-up.
        rows = [
            row
            for row in random_stream(random.Random(number), 50, f"invented-{number}")
            if row["event_type"] not in ("follow_up_ended", "evidence_cited")
        ]
        logs.append(reference_model.accepted(write_event_files(rows, tmp_path / str(number))))
    write_event_files([row for log in logs for row in log], tmp_path / "sound")
    questions = [
        (date.fromisoformat(day), datetime.fromisoformat(instant).replace(tzinfo=None))
        for day in DAYS[1::2]
        for instant in INSTANTS[1:]
    ]
    wanted = [
        set().union(*parts)
        for parts in zip(*(expected(log, questions) for log in logs), strict=True)
    ]
    assert sum(map(len, wanted)) > 200
    assert answers(name, tmp_path / "sound", questions) == wanted


@pytest.mark.slow
def test_a_dbt_snapshot_after_every_change_still_loses_events(tmp_path: Path) -> None:
    generate(4_000, 5, tmp_path)
    handle = dbt_snapshot.load(tmp_path)
    try:
        losses = dbt_snapshot.losses(handle)
        answer = dbt_snapshot.statuses_as_of(handle, *QUESTIONS[-1])
    finally:
        dbt_snapshot.close(handle)
    truth = answers("sqlite", tmp_path, QUESTIONS[-1:])[0]
    assert losses.lost_unseen > 0
    assert losses.lost_though_shown > 0
    assert losses.lost == losses.lost_unseen + losses.lost_though_shown
    assert losses.kept_wrongly > 0
    # It is a history all the same: most of what it holds is right.
    assert losses.lost < losses.events / 4
    assert len(answer & truth) > 0.8 * len(truth)
    assert answer != truth


def test_a_log_with_publications_is_sound_and_its_questions_are_answered(
    stream: Path, tmp_path: Path, published: Callable[..., Built]
) -> None:
    before = contents(stream)
    added = with_publications(stream, tmp_path / "log")
    assert contents(stream) == before
    built = published(tmp_path / "log")
    assert built.rows("select count(*) from rejected_rows") == [(0,)]
    [(events,)] = built.rows("select count(distinct event_id) from events")
    assert events == EVENTS + added
    kinds = {kind for (kind,) in built.rows("select distinct what from fct_publications")}
    assert kinds >= {"report", "action_plan", "notification_letter", "corrected_edition"}
    milliseconds = questions(built.warehouse, duckdb.connect, lambda ask: float(len(ask())))
    assert all(rows > 0 for rows in milliseconds.values()), milliseconds


@pytest.fixture(scope="module")
def replayed_unpublished(
    stream: Path, project: CompiledProject, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The replay of the stream without its publications."""
    folder = tmp_path_factory.mktemp("unpublished")
    without_publications(stream, folder / "log")
    with replay(project, folder / "log", folder / "work", threads=1) as connection:
        yield connection


def test_models_of_publication_hardly_read_a_log_without_publications(
    replayed_unpublished: duckdb.DuckDBPyConnection, project: CompiledProject
) -> None:
    """Each ends at the few publications that its joins begin with."""
    [(events,)] = replayed_unpublished.execute("select count(*) from events").fetchall()
    axis = [model for model in project.models if is_of_axis(model.name)]
    assert len(axis) > 25 and events > EVENTS * 0.9
    most = {
        model.name: most_rows(replayed_unpublished, model.sql)
        for model in axis
        if not model.is_view
    }
    # A scan that ends early has still read one vector of 2,048 rows.
    assert {name: rows for name, rows in most.items() if rows > events / 8} == {}


def most_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The most rows that any operator of a query gave on."""

    def most(operator: dict[str, Any]) -> int:
        own = int(operator.get("operator_cardinality", 0))
        return max(own, 0, *map(most, operator.get("children", ())))

    rows = connection.execute(f"explain (analyze, format json) {sql}").fetchall()
    return most(json.loads(rows[0][1]))


def test_without_publications_nothing_was_public_and_a_null_day_restricts_nothing(
    replayed_unpublished: duckdb.DuckDBPyConnection,
) -> None:
    def ask(sql: str, *values: object) -> set[tuple]:
        return set(replayed_unpublished.execute(sql, values).fetchall())

    for day, instant in QUESTIONS:
        for kind, columns in (
            ("outcomes", "establishment_id, unit, healthy_prison_test, outcome_code, event_id"),
            ("recommendation_status", "establishment_id, recommendation_status, event_id"),
        ):
            as_of = ask(f"select {columns} from {kind}_as_of(?, ?)", day, instant)
            as_published = f"select {columns} from {kind}_as_published(?, ?, ?)"
            assert as_of and ask(as_published, day, None, instant) == as_of
            assert ask(as_published, day, day, instant) == set()
        assert ask("from prisons_as_published(?)", day) == set()
        held = ask("select visit_id, 'unknown' from dim_visits where held_on <= ?", day)
        assert held and ask("select visit_id, publicity from publicity_on(?)", day) == held


@pytest.mark.slow
def test_the_benchmark_finishes_its_peers_agree_and_its_memory_cap_holds(tmp_path: Path) -> None:
    """The cap is that of all processes of a build: Python, dbt and the checks count."""
    results = run({EVENTS: 1}, "2GB", tmp_path)
    [entry] = results["sizes"]
    assert entry["events"] == EVENTS
    assert all(
        found.get("answers") == "equal" or found["skipped"] for found in entry["peers"].values()
    )
    assert entry["peak_mb"] < 2 * 1000**3 / 2**20
    assert entry["sql_to_bare"] > 0
    [published] = results["publication"]
    assert published["none_s"] > 0 and 0 < published["axis_s"] < published["before_s"]
    assert published["features_ms"] > 0
