"""The promise of both axes, compared with a model that was written in another way.

Random streams of invented events go through the models' own SQL, hundreds in one replay, each with
ids of its own. Every question and every fact that depends on time must agree with
``tests/reference_model.py``, stream by stream. A stream that differs is replayed alone and cut down;
the smallest that still differs is left as event files, to be built by hand.
"""

import os
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from tests import reference_model as model
from tests.event_streams import DAYS, INSTANTS, random_stream, rare_streams, write_event_files
from tests.replay import CompiledProject, replay

pytestmark = pytest.mark.minutes(1)

STREAMS = int(os.environ.get("PROOF_EXAMPLES", "250"))
# The same streams each time, unless somebody asks for some of their own.
SEED = random.randrange(2**32) if "PROOF_EXAMPLES" in os.environ else 1
RANDOM_QUESTIONS = 20
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
_STREAM = re.compile(r"(invented\d*)-")


def streams(count: int, seed: int, sizes: tuple[int, int] = (4, 28)) -> list[model.Row]:
    """Random streams and the rare ones, which share nothing but their days and instants."""
    choose = random.Random(seed)
    made = [
        row
        for number in range(count)
        for row in random_stream(choose, choose.randint(*sizes), f"invented{number}")
    ]
    return made + rare_streams()


def stream_of(values: Iterable[object]) -> str:
    """The stream that a row belongs to, by the first id in it."""
    return next(
        found[1] for value in values if isinstance(value, str) and (found := _STREAM.match(value))
    )


def digest_order(connection: duckdb.DuckDBPyConnection):
    """The order in which the warehouse takes two contents of one id recorded at one instant."""
    digests = {
        (file_name, line_number): digest
        for file_name, line_number, digest in connection.execute(
            "select file_name, line_number, event_digest from intermediate.int_event_rows"
        ).fetchall()
    }
    return lambda row: digests[row["file_name"], row["line_number"]]


class Enough(Exception):
    """Ends a comparison that looks for one difference."""


class Comparison:
    """The answers of a replay beside the model's, stream by stream.

    Attributes:
        logs: The accepted rows of each stream.
        differences: The first answer of a stream that is not the model's, in words.
        is_one_enough: Whether the first question that finds a difference is the last.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        rows: list[model.Row],
        is_one_enough: bool = False,
    ) -> None:
        self.connection = connection
        self.is_one_enough = is_one_enough
        self.logs: dict[str, list[model.Row]] = {}
        self.differences: dict[str, str] = {}
        given: dict[str, list[model.Row]] = defaultdict(list)
        for row in rows:
            given[stream_of([row["event_id"]])].append(row)
        order = digest_order(connection)
        unaccepted = {
            (file_name, line_number): verdict
            for file_name, line_number, verdict in self.ask(
                "select file_name, line_number, verdict from rejected_rows"
            )
        }
        for stream, members in given.items():
            verdicts = model.verdicts(members, order)
            self.logs[stream] = [
                row for row, said in zip(members, verdicts, strict=True) if said == "accepted"
            ]
            for row, said in zip(members, verdicts, strict=True):
                found = unaccepted.get((row["file_name"], row["line_number"]), "accepted")
                if found != said:
                    self.differences.setdefault(
                        stream, f"{row['event_id']} is {found}; the model has {said}"
                    )

    def ask(self, sql: str, *values: object) -> list[tuple]:
        """Ask the replayed warehouse."""
        return self.connection.execute(sql, list(values)).fetchall()

    def compare(
        self,
        expected: Callable[[list[model.Row]], set[tuple]],
        sql: str,
        *values: object,
        rows: list[tuple] | None = None,
    ) -> None:
        """Compare an answer with the model's for every stream that has agreed so far.

        Args:
            expected: The model's answer about a stream's log.
            sql: The question.
            values: Its parameters.
            rows: The warehouse's answer, where it was asked already.
        """
        found: dict[str, set[tuple]] = defaultdict(set)
        for row in self.ask(sql, *values) if rows is None else rows:
            found[stream_of(row)].add(row)
        for stream, log in self.logs.items():
            if stream in self.differences or found[stream] == (wanted := expected(log)):
                continue
            said, lacking = (
                sorted(map(str, some))[:3]
                for some in (found[stream] - wanted, wanted - found[stream])
            )
            self.differences[stream] = (
                f"{' '.join(sql.split())} {values}: {said}; the model has {lacking}"
            )
        if self.is_one_enough and self.differences:
            raise Enough


def differences(
    connection: duckdb.DuckDBPyConnection,
    rows: list[model.Row],
    choose: random.Random,
    is_one_enough: bool = False,
) -> dict[str, str]:
    """Compare every answer of replayed streams with the model's.

    Args:
        connection: The replay.
        rows: The rows of all streams, with their files and lines.
        choose: The source of random questions.
        is_one_enough: Whether the first question that finds a difference is the last.

    Returns:
        The first difference of each stream that has one, in words, by the stream's name.
    """
    them = Comparison(connection, rows, is_one_enough)
    with suppress(Enough):
        _compare_all(them, choose)
    return them.differences


def _compare_all(them: Comparison, choose: random.Random) -> None:
    compare = them.compare

    def intervals(log: list[model.Row]) -> set[tuple]:
        return {
            (event_id, known_from, known_to)
            for event_id, spans in model.live_intervals(log).items()
            for known_from, known_to in spans or [(None, None)]
        }

    compare(intervals, "select event_id, known_from, known_to from events")
    compare(
        lambda log: {(e,) for e, start, end in intervals(log) if start and end is None},
        "select event_id from events where is_live",
    )
    compare(
        model.establishments_of_events,
        "select event_id, establishment_id from events"
        " where event_type not in ('events_retracted', 'events_reinstated', 'evidence_cited')",
    )

    for _ in range(RANDOM_QUESTIONS):
        day = choose.choice(QUESTION_DAYS)
        moment = choose.choice([*MOMENTS, None])
        other = choose.choice(MOMENTS)
        _compare_as_of(them, day, moment, moment or model.FOREVER)
        _compare_changes(them, moment or model.FOREVER, other)

    # A knowledge interval that ended and came again is seen only from within the gap.
    for instant in INSTANTS:
        moment = datetime.fromisoformat(instant).replace(tzinfo=None)
        for day in map(date.fromisoformat, DAYS):
            compare(
                lambda log, day=day, moment=moment: model.statuses(log, day, moment),
                "from recommendation_status_as_of(?, ?)",
                day,
                moment,
            )

    for history in (
        "fct_recommendation_status_history",
        "fct_outcome_history",
        "dim_establishment_history",
    ):
        compare(
            lambda log: set(),
            f"""
            select event_id from {history} as one
            inner join {history} as other using (event_id, valid_from)
            where one.known_to = other.known_from
                and one.valid_to is not distinct from other.valid_to
                and one.establishment_id = other.establishment_id
            """,
        )

    # Months are counted up to the last change of any stream.
    last_change = max(
        (period[5] for log in them.logs.values() for period in model.status_periods(log)),
        default=None,
    )
    for expected, sql in (
        (
            model.status_periods,
            "select opened_by_event_id, recommendation_id, establishment_id,"
            " recommendation_status, status_sequence, valid_from, valid_to"
            " from fct_recommendation_status_periods",
        ),
        (
            model.judgements,
            "select event_id, visit_id, recommendation_id, scale, judgement_code"
            " from fct_progress_judgements",
        ),
        (
            model.outcome_facts,
            "select event_id, visit_id, establishment_id, unit, healthy_prison_test,"
            " outcome_rank, previous_outcome_rank from fct_outcomes",
        ),
        (
            model.establishment_versions,
            "select establishment_version_id, establishment_id, name, valid_from, valid_to"
            " from dim_establishments",
        ),
        (
            model.lifecycles,
            "select recommendation_id, made_on, responded_on, response, first_judged_on,"
            " last_judged_on, last_scale, last_judgement_code, times_judged, times_reported,"
            " recommendation_status from fct_recommendation_lifecycles",
        ),
        (
            lambda log: model.monthly_counts(log, last_change),
            "select month_starts_on, establishment_id, recommendation_status,"
            " recommendation_count from fct_recommendations_monthly",
        ),
        (
            model.chains,
            "select recommendation_id, first_recommendation_id, link_number, times_made"
            " from fct_recommendation_chains",
        ),
        (
            model.both_tracks,
            "select recommendation_id, reported_event_id, judged_event_id"
            " from fct_reported_and_judged_progress",
        ),
    ):
        compare(expected, sql)


def _compare_as_of(
    them: Comparison, day: date, moment: datetime | None, known_at: datetime
) -> None:
    for expected, sql in (
        (model.statuses, "from recommendation_status_as_of(?, ?)"),
        (model.outcomes, "from outcomes_as_of(?, ?)"),
        (
            model.establishments,
            "select establishment_id, name, valid_from, event_id from establishments_as_of(?, ?)",
        ),
    ):
        them.compare(lambda log, expected=expected: expected(log, day, known_at), sql, day, moment)


def _compare_changes(them: Comparison, first: datetime, second: datetime) -> None:
    sql = "from what_changed(?, ?)"
    found = them.ask(sql, first, second)
    told = [
        (change, subject, column, old, new)
        for change, subject, column, old, new, _, _ in found
        if column != "establishment_id" and subject and "-est-" not in subject
    ]
    them.compare(
        lambda log: {row for row in model.changes(log, first, second) if row[1]},
        sql,
        first,
        second,
        rows=told,
    )
    ids = {stream: {row["event_id"] for row in log} for stream, log in them.logs.items()}
    for *_, cause, _ in found:
        stream = stream_of([cause])
        if cause not in ids[stream]:
            them.differences.setdefault(stream, f"{sql} names {cause}, which is not in the log")


def smallest(rows: list[model.Row], differs: Callable[[list[model.Row]], bool]) -> list[model.Row]:
    """Leave out rows of a stream as long as the rest still differs, many at first, then one by one."""
    size = len(rows) // 2
    while size:
        start = 0
        while start < len(rows):
            rest = rows[:start] + rows[start + size :]
            if rest and differs(rest):
                rows = rest
            else:
                start += size
        size //= 2
    return rows


def hold_to_model(
    project: CompiledProject,
    rows: list[model.Row],
    folder: Path,
    seed: int,
    mutate: Callable[[str, str], str] = lambda name, sql: sql,
) -> None:
    """Replay streams and compare them with the model.

    Args:
        project: The compiled project.
        rows: The streams.
        folder: Where a stream that differs is left, cut down.
        seed: The seed of the random questions.
        mutate: Changes the SQL of a model or of the macros.

    Raises:
        AssertionError: A stream differs; the message has the smallest part of it that does.
    """

    def differing(some: list[model.Row]) -> dict[str, str]:
        shutil.rmtree(folder, ignore_errors=True)
        placed = write_event_files(some, folder)
        work = folder.with_name(f"{folder.name}-work")
        with replay(project, folder, work, mutate=mutate) as connection:
            return differences(connection, placed, random.Random(seed))

    found = differing(rows)
    if not found:
        return
    for stream in found:
        alone = [row for row in rows if stream_of([row["event_id"]]) == stream]
        if not differing(alone):
            # Among others only: they are not apart.
            continue
        kept = smallest(alone, lambda some: bool(differing(some)))
        raise AssertionError(
            f"{len(found)} stream(s) differ. {len(kept)} rows in {folder} differ alone:"
            f" {differing(kept)[stream]}"
        )
    differing(rows)
    raise AssertionError(f"Streams in {folder} differ, but none alone: {found}")


def test_every_answer_is_the_reference_models(project: CompiledProject, tmp_path: Path) -> None:
    hold_to_model(project, streams(STREAMS, SEED), tmp_path / "smallest-stream", SEED)


def with_a_wrong_boundary(name: str, sql: str) -> str:
    """The macros with a period that holds on its last day too."""
    right = "history.valid_to > cast(day"
    assert name != "macros" or right in sql
    return sql.replace(right, right.replace(">", ">="), 1) if name == "macros" else sql


def test_a_wrong_boundary_is_found_in_some_streams_and_not_in_all(
    project: CompiledProject, tmp_path: Path
) -> None:
    placed = write_event_files(streams(40, 1), tmp_path / "events")
    with replay(
        project, tmp_path / "events", tmp_path / "work", mutate=with_a_wrong_boundary
    ) as connection:
        found = differences(connection, placed, random.Random(1))
    assert 0 < len(found) < 40
    assert all("recommendation_status_as_of" in said for said in found.values())


@pytest.mark.slow
def test_a_stream_that_differs_is_cut_down_to_what_differs(
    project: CompiledProject, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match="recommendation_status_as_of") as failed:
        hold_to_model(project, streams(12, 1), tmp_path / "stream", 1, with_a_wrong_boundary)
    found = re.search(r"(\d+) rows in", str(failed.value))
    # A prison, a visit, a recommendation and what ends its first status.
    assert found and int(found[1]) == 4


def test_the_log_as_known_at_an_instant_is_the_log_of_that_instant(
    project: CompiledProject, tmp_path: Path
) -> None:
    """Rows recorded later are not known earlier: a build as known at T equals a build made at T."""
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
