"""What the public could know, held against a model that was written in another way.

Random streams of invented events go through the models' own SQL and through
``tests/publication_model.py``. Then each stream is given what came out later: no answer about an
earlier day of publication may change.

Over 500 lines, since the streams, the breaches and the questions share one replay.
"""

import os
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from inspections.publication.macros import published_macros
from tests import publication_model, reference_model
from tests.dbt.test_proof import digest_order
from tests.event_streams import DAYS, INSTANTS, Row
from tests.publication_streams import PUBLIC_DAYS, late_rows, public_stream, write_public_files
from tests.replay import CompiledProject, replay

pytestmark = pytest.mark.minutes(1)

STREAMS = int(os.environ.get("PROOF_EXAMPLES", "10"))
MOMENTS = [datetime.fromisoformat(text).replace(tzinfo=None) for text in INSTANTS]
ON = [*map(date.fromisoformat, DAYS), date(2030, 1, 1)]
PUBLISHED = sorted(
    {
        date.fromisoformat(text) + timedelta(days=step)
        for text in PUBLIC_DAYS
        for step in (-1, 0, 1, 30)
    }
    | {date(2021, 12, 31), date(2023, 12, 31)}
)
OUTCOMES = (
    "select establishment_id, unit, healthy_prison_test, outcome_code, outcome_rank, judged_on,"
    " event_id from outcomes_as_published(?, ?, ?)"
)
STATUSES = (
    "select recommendation_id, establishment_id, recommendation_status, valid_from, event_id"
    " from recommendation_status_as_published(?, ?, ?)"
)


def stream_of(seed: int, folder: Path) -> list[Row]:
    """A random stream, written as event files."""
    choose = random.Random(seed)
    return write_public_files(public_stream(choose, choose.randrange(14, 46)), folder)


def accepted(connection: duckdb.DuckDBPyConnection, rows: list[Row]) -> list[Row]:
    """The rows that are in the log, by the model, which the warehouse must share."""
    verdicts = reference_model.verdicts(rows, digest_order(connection))
    unaccepted = {
        (file_name, line_number): verdict
        for file_name, line_number, verdict in connection.execute(
            "select file_name, line_number, verdict from rejected_rows"
        ).fetchall()
    }
    for row, verdict in zip(rows, verdicts, strict=True):
        assert unaccepted.get((row["file_name"], row["line_number"]), "accepted") == verdict, row
    return [row for row, verdict in zip(rows, verdicts, strict=True) if verdict == "accepted"]


def hold_to_publication_model(
    connection: duckdb.DuckDBPyConnection, rows: list[Row], choose: random.Random, number: int = 8
) -> int:
    """Compare answers of a replayed stream with the model's.

    Returns:
        How many of them were not empty.
    """
    log = accepted(connection, rows)
    filled = 0
    for _ in range(number):
        on, day = choose.choice(ON), choose.choice([*PUBLISHED, *PUBLISHED, None])
        moment = choose.choice([*MOMENTS, None, None, None])
        known_at = moment or reference_model.FOREVER
        for sql, answer in (
            (OUTCOMES, publication_model.outcomes),
            (STATUSES, publication_model.statuses),
        ):
            found = connection.execute(sql, [on, day, moment]).fetchall()
            assert len(found) == len(set(found)), (sql, on, day, moment)
            assert set(found) == answer(log, on, day, known_at), (sql, on, day, moment)
            filled += bool(found)
    known = publication_model.Public(log, reference_model.FOREVER)
    assert {
        (what, visit or "", document or "", start or date.min, end or date.max, readings, disputed)
        for what, visit, document, start, end, readings, disputed in connection.execute(
            "select what, visit_id, published_document_id, public_not_before, public_by, readings,"
            " is_disputed from fct_publications"
        ).fetchall()
    } == {
        (
            one.what, one.visit, one.document, one.not_before, one.by, one.readings,
            one.is_disputed,
        )
        for one in known.publications
    }  # fmt: skip
    # What is public from a day on is so by the event's own column, and not before.
    for event_id, public_by in connection.execute(
        "select distinct event_id, public_by from events"
        " where is_live and event_type in ('outcomes_judged', 'progress_judged', 'visits_held')"
    ).fetchall():
        row = known.by_id[event_id]
        days = sorted({one.by for one in known.publications if one.by < date.max})
        first = next((day for day in days if known.is_public(row, day)), None)
        assert first == public_by, row
    return filled


@pytest.mark.parametrize("part", range(2))
def test_every_answer_as_published_is_the_reference_models(
    project: CompiledProject, tmp_path: Path, part: int
) -> None:
    filled = 0
    for seed in range(part, STREAMS, 2):
        rows = stream_of(seed, tmp_path / f"stream-{seed}")
        with replay(project, tmp_path / f"stream-{seed}", tmp_path / "work") as connection:
            filled += hold_to_publication_model(connection, rows, random.Random(seed))
    assert filled > STREAMS // 3


def answers_until(connection: duckdb.DuckDBPyConnection, day: date) -> list[object]:
    """All that the published file answers of days of publication up to one."""
    days = [one for one in PUBLISHED if one <= day]
    found: list[object] = []
    for published_by in days[-3:]:
        for moment in (MOMENTS[1], MOMENTS[3], MOMENTS[5], None):
            for on in (date(2022, 3, 1), date(2030, 1, 1)):
                for sql in (OUTCOMES, STATUSES):
                    rows = connection.execute(sql, [on, published_by, moment]).fetchall()
                    found.append(sorted(rows, key=str))
        rows = connection.execute("from prisons_as_published(?)", [published_by]).fetchall()
        found.append(sorted(rows, key=str))
    return found


def test_what_is_published_later_changes_no_answer_about_an_earlier_day(
    project: CompiledProject, tmp_path: Path
) -> None:
    """The law of no leakage: a model trained on what was public must never see the future."""
    moved, filled = 0, 0
    for seed in range(100, 100 + max(4, STREAMS // 3)):
        choose = random.Random(seed)
        day = choose.choice([date(2021, 7, 30), date(2022, 1, 31), date(2022, 3, 31)])
        rows = stream_of(seed, tmp_path / f"before-{seed}")
        later = late_rows(choose, rows, day)
        write_public_files([*rows, *later], tmp_path / f"after-{seed}")
        with (
            replay(project, tmp_path / f"before-{seed}", tmp_path / "w1") as before,
            replay(project, tmp_path / f"after-{seed}", tmp_path / "w2") as after,
        ):
            assert answers_until(before, day) == answers_until(after, day), seed
            filled += sum(bool(rows) for rows in answers_until(before, day))
            end = [date(2040, 1, 1), date(2040, 1, 1), None]
            moved += any(
                set(before.execute(sql, end).fetchall()) != set(after.execute(sql, end).fetchall())
                for sql in (OUTCOMES, STATUSES)
            )
    assert filled > 10
    # The additions do matter, later.
    assert moved > 2


BASE = (
    {"event_type": "establishments_described", "establishment_id": "e", "name": "Invented"},
    {
        "event_type": "visits_held",
        "visit_id": "v",
        "establishment_id": "e",
        "visit_type": "full_inspection",
        "ended_on": "2021-03-12",
    },
    {
        "event_type": "outcomes_judged",
        "visit_id": "v",
        "healthy_prison_test": "safety",
        "outcome": "poor",
    },
)


def replayed_visit(project: CompiledProject, folder: Path, *rows: Row) -> duckdb.DuckDBPyConnection:
    """Replay one visit with an outcome, told by a page, and the rows given."""
    written = [
        {
            "event_id": f"e{number}",
            "occurred_on": "2021-03-01",
            "occurred_precision": "day",
            "recorded_at": "2022-01-01T00:00:00Z",
            "document_id": "page-a",
            "visit_id": "v" if row["event_type"] == "reports_published" else "",
            "corrects_event_id": "",
            **row,
        }
        for number, row in enumerate([*BASE, *rows])
    ]
    write_public_files(written, folder / "events")
    return replay(project, folder / "events", folder / "work")


@pytest.fixture
def published_log(
    project: CompiledProject, tmp_path: Path
) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Replays a visit with the publications given."""

    def run(*rows: Row) -> duckdb.DuckDBPyConnection:
        return replayed_visit(project, tmp_path, *rows)

    return run


def out(**values: str) -> Row:
    return {"event_type": "reports_published", "what": "report", **values}


def test_a_month_counts_from_its_last_day_and_a_dispute_from_the_last_of_any(
    published_log: Callable[..., duckdb.DuckDBPyConnection],
) -> None:
    """`occurred_on` holds the first of the month: compared as it is, it leaks thirty days."""
    month = out(occurred_on="2021-06-01", occurred_precision="month")
    day = out(occurred_on="2021-08-09", published_document_id="")
    with published_log(month) as connection:
        ask = "select public_since from outcomes_as_published('2030-01-01', ?, null)"
        assert connection.execute(ask, [date(2021, 6, 29)]).fetchall() == []
        assert connection.execute(ask, [date(2021, 6, 30)]).fetchall() == [(date(2021, 6, 30),)]
        assert connection.execute(
            "select lag_days, lag_days_at_least, lag_days_at_most, target_days, is_in_time"
            " from fct_publications"
        ).fetchall() == [(None, 81, 110, 126, True)]
    with published_log(month, day) as connection:
        assert connection.execute(
            "select public_not_before, public_by, readings, is_disputed, is_in_time"
            " from fct_publications"
        ).fetchall() == [(date(2021, 6, 1), date(2021, 8, 9), 2, True, None)]
        publicity = "select publicity from publicity_on(?)"
        for asked, said in (
            (date(2021, 2, 28), []),
            (date(2021, 5, 31), [("not yet public",)]),
            (date(2021, 6, 15), [("perhaps public",)]),
            (date(2021, 8, 9), [("public",)]),
        ):
            assert connection.execute(publicity, [asked]).fetchall() == said


def test_two_days_of_a_row_of_an_old_file_are_as_two_readings(
    published_log: Callable[..., duckdb.DuckDBPyConnection],
) -> None:
    """Files of before the rule on `published_on` may hold such rows. The later day counts."""
    for occurred_on, published_on in (("2021-06-01", "2021-06-09"), ("2021-06-09", "2021-06-01")):
        row = out(what="", occurred_on=occurred_on, published_on=published_on)
        with published_log(row) as connection:
            assert connection.execute("from rejected_rows").fetchall() == []
            assert connection.execute(
                "select public_not_before, public_by from fct_publications"
            ).fetchall() == [(date(2021, 6, 1), date(2021, 6, 9))]


def test_a_letter_brings_outcomes_before_the_report_and_a_withdrawal_ends_its_document_alone(
    published_log: Callable[..., duckdb.DuckDBPyConnection],
) -> None:
    report = out(occurred_on="2021-08-01", published_document_id="report-a")
    letter = out(
        what="notification_letter", occurred_on="2021-04-01", published_document_id="letter"
    )
    withdrawn = out(what="withdrawal", occurred_on="2021-09-01", published_document_id="report-a")
    from_report = {**BASE[2], "healthy_prison_test": "respect", "document_id": "report-a"}
    ask = (
        "select healthy_prison_test, public_since"
        " from outcomes_as_published('2030-01-01', ?, null) order by all"
    )
    with published_log(report, letter, withdrawn, from_report) as connection:

        def on(day: date) -> list[tuple]:
            return connection.execute(ask, [day]).fetchall()

        # What a page tells was in the letter. What the report states was not presumed to be.
        assert on(date(2021, 3, 31)) == []
        assert on(date(2021, 4, 1)) == [("safety", date(2021, 4, 1))]
        assert on(date(2021, 8, 1)) == [
            ("respect", date(2021, 8, 1)),
            ("safety", date(2021, 4, 1)),
        ]
        # The report is gone, the letter stands.
        assert on(date(2021, 9, 1)) == [("safety", date(2021, 4, 1))]
        assert connection.execute(
            "select healthy_prison_test, public_by, public_basis from fct_outcomes order by all"
        ).fetchall() == [
            ("respect", date(2021, 8, 1), "document"),
            ("safety", date(2021, 4, 1), "visit"),
        ]
        assert connection.execute(
            "select safety_rank, safety_public_days, respect_rank, public_visits"
            " from prisons_as_published('2021-08-02')"
        ).fetchall() == [(1, 123, 1, 1)]


# Each rule broken in one place.
BREACHES = {
    "11: known before it was recorded": (
        "int_publication_readings",
        "greatest(version_periods.known_from, visit_periods.known_from) as known_from",
        "timestamp '1700-01-01' as known_from",
    ),
    "11: retracted, and still out": (
        "int_publication_readings",
        "least(version_periods.known_to, visit_periods.known_to)",
        "least(null, visit_periods.known_to)",
    ),
    "12: a month from its first day": (
        "int_publication_readings",
        "then last_day(event_rows.occurred_on)",
        "then event_rows.occurred_on",
    ),
    "13: a dispute settled by its first day": (
        "int_publication_history",
        "else read_publications.latest_end",
        "else read_publications.earliest_end",
    ),
    "14: from the first day on which it may have been": (
        "int_publication_boxes",
        "publications.public_by as public_from",
        "publications.public_not_before as public_from",
    ),
    "14: without a last day, from the first": (
        "int_publication_readings",
        "least(occurred_to, published_on, published_not_after) as earliest_end",
        "coalesce(nullif(least(occurred_to, published_on, published_not_after), date '9999-12-31'),"
        " greatest(occurred_from, published_on, published_not_before)) as earliest_end",
    ),
    "15: presumed of editions, too": (
        "int_sources",
        "on keys.document_id = not_editions.document_id",
        "on true",
    ),
    "15: no confirmation": ("int_sources", "where evidence.stance = 'confirms'", "where false"),
    "16: an edition's correction with its original": (
        "int_sources",
        "on versions.row_id = own_readings.row_id",
        "on true",
    ),
    "17: withdrawals pass unheeded": (
        "int_publication_boxes",
        "coalesce(ended_segments.withdrawn_by, ",
        "coalesce(null, ",
    ),
    "18: the first version": (
        "int_public_versions",
        "order by reached.recorded_at desc, reached.event_id desc",
        "order by reached.recorded_at, reached.event_id",
    ),
    "19: subjects of editions to come": (
        "int_edition_versions",
        "document_boxes.public_from,\n        document_boxes.public_to\n\n    from",
        "date '1700-01-01' as public_from,\n        date '9999-12-31' as public_to\n\n    from",
    ),
    "19: a recommendation waits for itself": (
        "int_public_makings",
        "history_kind in ('making', 'recommendation')",
        "history_kind in ('making')",
    ),
    "20: what we took back stays public": (
        "int_manifold_versions",
        "coalesce(standing.known_to, timestamp '9999-12-31') as known_to",
        "timestamp '9999-12-31' as known_to",
    ),
    "21: publications hang on later versions of a visit": (
        "int_publication_readings",
        "where known_from < known_to",
        "where known_from < known_to and (visit_id is null or visit_id in ("
        'select visit_id from "build"."intermediate"."int_log"'
        " where event_type = 'visits_held' and is_live))",
    ),
    "22: no answer without a day of publication": (
        "macros",
        "published_by is null\n",
        "false\n",
    ),
    "22: only what is public may be asked of without one": (
        "macros",
        "from fct_outcome_history as history\nwhere\n    published_by is null",
        "from fct_outcome_history as history\nsemi join fct_public_outcomes using (event_id)\nwhere\n"
        "    published_by is null",
    ),
    "22: no day after that of publication": (
        "macros",
        "history.public_from <= cast(published_by as date)",
        "greatest(history.public_from, cast(day as date)) <= cast(published_by as date)",
    ),
}
ASKED = ("fct_outcome_history_as_published", "fct_recommendation_status_history_as_published")


def rebuild(
    connection: duckdb.DuckDBPyConnection,
    project: CompiledProject,
    model: str,
    change: Callable[[str], str] = lambda sql: sql,
) -> None:
    """Build a model anew from changed SQL, and what the questions as published read of it."""
    if model == "macros":
        changed = change(published_macros()).replace("create macro", "create or replace macro")
        for statement in duckdb.extract_statements(changed):
            connection.execute(statement.query)
        return
    touched = {model}
    for one in project.needed_for(ASKED):
        if one.name != model and not touched & set(one.parents):
            continue
        touched.add(one.name)
        sql = change(one.sql) if one.name == model else one.sql
        kind = "view" if one.is_view else "table"
        connection.execute(f"create or replace {kind} {one.schema}.{one.name} as {sql}")
        if one.schema == "marts":
            connection.execute(f"create or replace table main.{one.name} as from marts.{one.name}")


def visit(name: str, establishment: str = "e", **values: str) -> Row:
    return {
        "event_type": "visits_held",
        "event_id": f"{name}-held",
        "visit_id": name,
        "establishment_id": establishment,
        "visit_type": "full_inspection",
        **values,
    }


def judged(name: str, **values: str) -> Row:
    """An outcome of a visit, in a unit of its own, so that no visit takes another's place."""
    return {**BASE[2], "event_id": f"{name}-outcome", "visit_id": name, "unit": name, **values}


def brought(name: str, day: str, what: str = "report", document: str = "", **values: str) -> Row:
    return out(visit_id=name, what=what, occurred_on=day, published_document_id=document, **values)


LATER = {"recorded_at": "2022-02-01T00:00:00Z"}
# For each rule a visit that shows it.
SHOWN = [
    visit("r11"),
    judged("r11"),
    brought("r11", "2021-04-01", **LATER),
    visit("r11b"),
    judged("r11b"),
    brought("r11b", "2021-04-01", event_id="r11b-out"),
    {
        "event_type": "events_retracted",
        "retracted_event_id": "r11b-out",
        "document_id": "",
        **LATER,
    },
    visit("r14"),
    judged("r14"),
    brought("r14", "", occurred_precision="unknown", published_not_before="2021-04-01"),
    visit("r20"),
    judged("r20"),
    brought("r20", "2021-04-01"),
    {
        "event_type": "events_retracted",
        "retracted_event_id": "r20-outcome",
        "document_id": "",
        **LATER,
    },
    {"event_type": "establishments_described", "establishment_id": "f", "name": "Other"},
    {
        "event_type": "establishments_described",
        "event_id": "g",
        "establishment_id": "g",
        "name": "Gone",
    },
    {
        "event_type": "events_retracted",
        "retracted_event_id": "g",
        "document_id": "",
        "recorded_at": "2022-03-01T00:00:00Z",
    },
    visit("r12"),
    judged("r12"),
    brought("r12", "2021-06-01", occurred_precision="month"),
    visit("r13"),
    judged("r13"),
    brought("r13", "2021-01-01", occurred_precision="month"),
    brought("r13", "2021-03-09"),
    visit("r15"),
    judged("r15", document_id="report-a"),
    brought("r15", "2021-04-01", "notification_letter", "letter"),
    brought("r15", "2021-08-01", "report", "report-a"),
    visit("r15b"),
    judged("r15b", document_id="report-b"),
    brought("r15b", "2021-09-01", "report", "report-b"),
    {
        "event_type": "evidence_cited",
        "about_event_id": "r15b-outcome",
        "stance": "confirms",
        "document_id": "letter",
    },
    visit("r16"),
    judged("r16", document_id="late-report"),
    judged(
        "r16",
        event_id="r16-altered",
        corrects_event_id="r16-outcome",
        outcome="good",
        document_id="edition",
        **LATER,
    ),
    brought("r16", "2021-05-01", "report", "late-report"),
    brought("r16", "2021-10-01", "corrected_edition", "edition"),
    visit("r17"),
    judged("r17", document_id="late-letter"),
    brought("r17", "2021-04-10", "notification_letter", "late-letter"),
    brought("r17", "2021-07-01", "withdrawal", "late-letter"),
    visit("r18"),
    judged("r18"),
    judged("r18", event_id="r18-altered", corrects_event_id="r18-outcome", outcome="good", **LATER),
    brought("r18", "2021-02-01"),
    visit("r19"),
    visit(
        "r19",
        "f",
        event_id="r19-moved",
        corrects_event_id="r19-held",
        document_id="edition",
        **LATER,
    ),
    judged("r19"),
    brought("r19", "2021-03-01"),
    visit("r19b"),
    {
        "event_type": "recommendations_made",
        "visit_id": "r19b",
        "recommendation_id": "rec",
        "kind": "recommendation",
        "text": "invented",
        "document_id": "page-b",
    },
    {
        "event_type": "progress_judged",
        "visit_id": "r19b",
        "recommendation_id": "rec",
        "scale": "hmip_progress",
        "judgement": "good_progress",
        "occurred_on": "2021-05-01",
        "document_id": "late-release",
    },
    brought("r19b", "2021-06-01", "press_release", "late-release"),
    visit("r21"),
    visit("r21", "g", event_id="r21-moved", corrects_event_id="r21-held", **LATER),
    visit("r21b"),
    judged("r21b", document_id="late-edition"),
    brought("r21", "2021-03-03", "report", "late-edition"),
]


def asked_of(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, list, set]]:
    """Questions about the visits that show the rules, with the model's answers."""
    assert connection.execute("select event_id, reason from rejected_rows").fetchall() == []
    found = connection.execute("select distinct on (event_id) * from events order by event_id")
    names = [column[0] for column in found.description]
    log = [
        {name: "" if value is None else str(value) for name, value in zip(names, row, strict=True)}
        for row in found.fetchall()
    ]
    for row in log:
        row["recorded_at"] = row["recorded_at"].replace(" ", "T") + "Z"
        row["retracted_event_id"] = row["target_event_id"]
    return [
        (question, [on, day, moment], answer(log, on, day, moment or reference_model.FOREVER))
        for question, answer in (
            (OUTCOMES, publication_model.outcomes),
            (STATUSES, publication_model.statuses),
        )
        for on in (date(2021, 3, 15), date(2030, 1, 1))
        for day in (None, *(date(2021, month, 15) for month in range(1, 13)))
        # Before the later half was recorded, and now.
        for moment in (datetime(2022, 1, 15), None)
    ]


def noticed(project: CompiledProject, folder: Path) -> Iterator[tuple[str, int, int]]:
    """Break each rule, one at a time.

    Yields:
        The rule, and how many questions are answered otherwise, of how many.
    """
    sql = {model.name: model.sql for model in project.models} | {"macros": published_macros()}
    assert all(old in sql[model] for model, old, _ in BREACHES.values())
    with replayed_visit(project, folder, *SHOWN) as connection:
        asked = asked_of(connection)
        assert sum(bool(answer) for *_, answer in asked) > 20
        assert differing(connection, asked) == 0
        for rule, (model, old, new) in BREACHES.items():
            rebuild(connection, project, model, lambda one: one.replace(old, new))  # noqa: B023
            yield rule, differing(connection, asked), len(asked)
            rebuild(connection, project, model)
        assert differing(connection, asked) == 0


@pytest.mark.slow
def test_each_rule_that_is_broken_gives_another_answer(
    project: CompiledProject, tmp_path: Path
) -> None:
    """A proof that no breach of a rule can fail would prove nothing."""
    found = {rule: count for rule, count, _ in noticed(project, tmp_path)}
    assert found.keys() == BREACHES.keys()
    assert [rule for rule, count in found.items() if not count] == []


def differing(connection: duckdb.DuckDBPyConnection, asked: list[tuple[str, list, set]]) -> int:
    """How many questions the warehouse answers otherwise than the model."""
    return sum(
        set(connection.execute(sql, values).fetchall()) != answer for sql, values, answer in asked
    )
