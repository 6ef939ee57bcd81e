"""MariaDB's system-versioned tables answer as the model and the published macros do."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests import reference_model as model
from tests.dbt.oracle import mariadb_oracle as oracle
from tests.event_streams import DAYS, write_event_files
from tests.replay import CompiledProject
from tests.replay import replay as replay_into_warehouse

pytestmark = pytest.mark.skipif(bool(oracle.missing()), reason=oracle.missing())


@pytest.fixture(scope="module")
def running() -> Iterator[oracle.Server]:
    with oracle.server() as started:
        yield started


def test_questions_on_both_axes_are_answered_alike(
    running: oracle.Server, project: CompiledProject, tmp_path: Path
) -> None:
    logs = oracle.invented_logs(800, 2, tmp_path)
    log = [row for one in logs for row in one]
    questions = oracle.questions_about(logs, 10, 2)
    kept = oracle.replay(running, log)
    asked = oracle.mariadb_answers(running)

    assert kept > 400
    assert sum(len(asked(*question)) for question in questions) > 300
    assert oracle.disagreements(asked, oracle.model_answers(logs), questions) == []
    write_event_files(log, tmp_path / "events")
    with replay_into_warehouse(project, tmp_path / "events", tmp_path / "work") as connection:
        answers = oracle.warehouse_answers(connection)
        assert oracle.disagreements(asked, answers, questions) == []

    # The comparison bites: one who knows a microsecond too little, or a day too much, is found.
    def late(kind, day, known_at):
        return asked(kind, day, known_at and known_at - timedelta(microseconds=1))

    def early(kind, day, known_at):
        return asked(kind, day + timedelta(days=1), known_at)

    at_instants = [
        (kind, date(2024, 1, 1), instant)
        for instant in sorted({model.recorded(row) for row in log})[:20]
        for kind in oracle.KINDS
    ]
    on_days = [
        (kind, date.fromisoformat(day) - timedelta(days=1), None)
        for day in DAYS
        for kind in oracle.KINDS
    ]
    assert oracle.disagreements(asked, late, at_instants)
    assert oracle.disagreements(asked, early, on_days)
