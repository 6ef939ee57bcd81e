"""The promise of both axes, held against a model that was written in another way.

Random streams of invented events go through the models' own SQL and through
``tests/reference_model.py``; every question and every fact that depends on time must agree. A
failure leaves the smallest stream that Hypothesis found as event files, to be built by hand.
"""

import os
import random
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests import reference_model as model
from tests.event_streams import DAYS, INSTANTS, random_stream, write_event_files
from tests.replay import CompiledProject, replay

pytestmark = pytest.mark.minutes(2)

EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "60"))
MOMENTS = sorted(
    {
        datetime.fromisoformat(text).replace(tzinfo=None) + timedelta(microseconds=step)
        for text in INSTANTS
        for step in (-1, 0, 1)
    }
)
QUESTION_DAYS = [
    date.fromisoformat(text) + timedelta(days=step) for text in DAYS for step in (-1, 0, 1)
]


@st.composite
def streams(draw: st.DrawFn) -> list[model.Row]:
    size = draw(st.integers(4, 28))
    return random_stream(draw(st.randoms(use_true_random=False)), size)


def digest_order(connection: duckdb.DuckDBPyConnection):
    """The order in which the warehouse takes two contents of one id recorded at one instant."""
    digests = {
        (file_name, line_number): digest
        for file_name, line_number, digest in connection.execute(
            "select file_name, line_number, event_digest from intermediate.int_event_rows"
        ).fetchall()
    }
    return lambda row: digests[row["file_name"], row["line_number"]]


def hold_to_model(
    connection: duckdb.DuckDBPyConnection, rows: list[model.Row], choose: random.Random
) -> None:
    """Compare every answer of a replayed stream with the model's."""

    def ask(sql: str, *values: object) -> list[tuple]:
        return connection.execute(sql, list(values)).fetchall()

    verdicts = model.verdicts(rows, digest_order(connection))
    unaccepted = {
        (file_name, line_number): verdict
        for file_name, line_number, verdict in ask(
            "select file_name, line_number, verdict from rejected_rows"
        )
    }
    for row, verdict in zip(rows, verdicts, strict=True):
        found = unaccepted.get((row["file_name"], row["line_number"]), "accepted")
        assert found == verdict, row
    log = [row for row, verdict in zip(rows, verdicts, strict=True) if verdict == "accepted"]

    intervals = {
        (event_id, known_from, known_to)
        for event_id, spans in model.live_intervals(log).items()
        for known_from, known_to in spans or [(None, None)]
    }
    assert set(ask("select event_id, known_from, known_to from events")) == intervals
    assert {e for (e,) in ask("select event_id from events where is_live")} == {
        e for e, start, end in intervals if start and end is None
    }

    assert set(
        ask(
            "select event_id, establishment_id from events"
            " where event_type not in ('events_retracted', 'events_reinstated', 'evidence_cited')"
        )
    ) == model.establishments_of_events(log)

    for _ in range(6):
        day = choose.choice(QUESTION_DAYS)
        moment = choose.choice([*MOMENTS, None])
        known_at = moment or model.FOREVER
        assert set(ask("from recommendation_status_as_of(?, ?)", day, moment)) == model.statuses(
            log, day, known_at
        ), (day, moment)
        assert set(ask("from outcomes_as_of(?, ?)", day, moment)) == model.outcomes(
            log, day, known_at
        ), (day, moment)
        assert set(
            ask(
                "select establishment_id, name, valid_from, event_id"
                " from establishments_as_of(?, ?)",
                day,
                moment,
            )
        ) == model.establishments(log, day, known_at), (day, moment)
        other = choose.choice(MOMENTS)
        found = ask("from what_changed(?, ?)", known_at, other)
        assert {
            (change, subject, column, old, new)
            for change, subject, column, old, new, _ in found
            if column != "establishment_id" and "-est-" not in (subject or "")
        } == {row for row in model.changes(log, known_at, other) if row[1]}, (known_at, other)
        causes = {event_id for *_, event_id in found}
        assert causes <= {row["event_id"] for row in log}

    # A knowledge interval that ended and came again is seen only from within the gap.
    for instant in INSTANTS:
        moment = datetime.fromisoformat(instant).replace(tzinfo=None)
        for day in map(date.fromisoformat, DAYS):
            assert set(
                ask("from recommendation_status_as_of(?, ?)", day, moment)
            ) == model.statuses(log, day, moment), (day, moment)

    for history in (
        "fct_recommendation_status_history",
        "fct_outcome_history",
        "dim_establishment_history",
    ):
        touching = f"""
            select 1 from {history} as one
            inner join {history} as other using (event_id, valid_from)
            where one.known_to = other.known_from
                and one.valid_to is not distinct from other.valid_to
                and one.establishment_id = other.establishment_id
        """
        assert ask(touching) == [], history

    assert set(
        ask(
            "select opened_by_event_id, recommendation_id, establishment_id,"
            " recommendation_status, status_sequence, valid_from, valid_to"
            " from fct_recommendation_status_periods"
        )
    ) == model.status_periods(log)
    assert set(
        ask(
            "select event_id, visit_id, recommendation_id, scale, judgement_code"
            " from fct_progress_judgements"
        )
    ) == model.judgements(log)
    assert set(
        ask(
            "select event_id, visit_id, establishment_id, unit, healthy_prison_test,"
            " outcome_rank, previous_outcome_rank from fct_outcomes"
        )
    ) == model.outcome_facts(log)

    for answers, sql in (
        (
            model.establishment_versions(log),
            "select establishment_version_id, establishment_id, name, valid_from, valid_to"
            " from dim_establishments",
        ),
        (
            model.lifecycles(log),
            "select recommendation_id, made_on, responded_on, response, first_judged_on,"
            " last_judged_on, last_scale, last_judgement_code, times_judged, times_reported,"
            " recommendation_status from fct_recommendation_lifecycles",
        ),
        (
            model.monthly_counts(log),
            "select month_starts_on, establishment_id, recommendation_status,"
            " recommendation_count from fct_recommendations_monthly",
        ),
        (
            model.chains(log),
            "select recommendation_id, first_recommendation_id, link_number, times_made"
            " from fct_recommendation_chains",
        ),
        (
            model.both_tracks(log),
            "select recommendation_id, reported_event_id, judged_event_id"
            " from fct_reported_and_judged_progress",
        ),
    ):
        assert set(ask(sql)) == answers, sql


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="PROOF_EXAMPLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
    print_blob=False,
)
@given(rows=streams(), seed=st.integers(0, 2**16))
def test_every_answer_is_the_reference_models(
    project: CompiledProject, tmp_path_factory: pytest.TempPathFactory, rows, seed
) -> None:
    folder = tmp_path_factory.getbasetemp() / "smallest-stream"
    shutil.rmtree(folder, ignore_errors=True)
    placed = write_event_files(rows, folder)
    note(f"event files: {folder}")
    with replay(project, folder, folder.with_name("smallest-stream-work")) as connection:
        hold_to_model(connection, placed, random.Random(seed))


def test_the_log_as_known_at_an_instant_is_the_log_of_that_instant(
    project: CompiledProject, tmp_path: Path
) -> None:
    """What was recorded later is not known earlier: the build at T is the build of then."""
    rows = random_stream(random.Random(7), 120)
    moment = "2022-06-01T00:00:00"
    earlier = [row for row in rows if row["recorded_at"] <= moment + "Z"]
    assert 20 < len(earlier) < 110
    write_event_files(rows, tmp_path / "all")
    write_event_files(earlier, tmp_path / "earlier")
    with (
        replay(project, tmp_path / "all", tmp_path / "w1", known_at=moment) as now,
        replay(project, tmp_path / "earlier", tmp_path / "w2") as then,
    ):
        for model_ in project.models:
            if model_.schema != "marts":
                continue
            ignored = " exclude (line_number)" if model_.name in ("events", "rejected_rows") else ""
            if model_.name == "rejected_rows":
                ignored = " exclude (line_number, reason)"
            sql = f"select *{ignored} from marts.{model_.name} order by all"
            assert now.execute(sql).fetchall() == then.execute(sql).fetchall(), model_.name
