"""Suites find what they claim, with the keys of the rows, and never pass by not looking."""

import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from expectations import Outcome, built_tables, suite_names
from inspections.log.declaration import event_types
from inspections.publication.tables import published_tables
from tests.event_streams import write_event_files
from tests.published import Built

BUILT_AT = "2026-11-25T12:00:00"


@pytest.fixture
def database(elmley: Built, tmp_path: Path) -> Path:
    """A copy of the file that Elmley was built in."""
    return Path(shutil.copy(elmley.warehouse.with_name("build.duckdb"), tmp_path))


def validate(table: str, database: Path, built_at: str) -> Outcome:
    with built_tables(database, built_at) as built:
        return built.validate(table)


def alter(database: Path, *statements: str) -> None:
    with duckdb.connect(str(database)) as connection:
        for statement in statements:
            connection.execute(statement)


def failed(outcome: Outcome) -> dict[str, list[dict]]:
    return {
        finding.rule: finding.keys for finding in outcome.findings if finding.result == "failed"
    }


def test_every_published_table_has_a_suite_and_every_suite_a_table() -> None:
    assert suite_names() == [table.name for table in published_tables()]


def test_every_expectation_is_evaluated_on_the_real_log_and_says_what_it_saw(
    elmley: Built,
) -> None:
    with built_tables(elmley.warehouse.with_name("build.duckdb"), BUILT_AT) as built:
        outcomes = {table: built.validate(table) for table in suite_names()}
    for table, outcome in outcomes.items():
        assert outcome.passed, outcome.failures
        for finding in outcome.findings:
            assert finding.result in ("passed", "failed")
            assert finding.observed is not None, (table, finding.rule)


@pytest.mark.parametrize(
    ("table", "statement", "rule", "keys"),
    [
        (
            "report_reconciliations",
            "update marts.report_reconciliations set counted = counted + 1, agrees = false"
            " where event_id = 'elmley-2023-irp-total-2.2-1'",
            "a stated total equals the counted one",
            {"event_id": "elmley-2023-irp-total-2.2-1"},
        ),
        (
            "report_restatements",
            "update marts.report_restatements set agrees = false"
            " where event_id = 'elmley-2023-irp-restated-1.42'",
            "a judgement is restated as it was made",
            {"event_id": "elmley-2023-irp-restated-1.42"},
        ),
        (
            "fct_outcomes",
            "update marts.fct_outcomes set visit_id = 'elmley-2023-irp'"
            " where event_id = 'elmley-2022-outcome-safety'",
            "a review of progress gives no healthy prison outcome",
            {"event_id": "elmley-2022-outcome-safety"},
        ),
        (
            "fct_figures",
            "update marts.fct_figures set event_id = 'from-nowhere'"
            " where event_id = 'elmley-2023-irp-figure-3.7-1'",
            "each row leads to a live event with its document",
            {"event_id": "from-nowhere"},
        ),
        (
            "fct_progress_judgements",
            "update marts.fct_progress_judgements set judged_on = date '2023-03-01'"
            " where event_id = 'elmley-2023-irp-judged-1.43'",
            "a judgement is dated within its visit",
            {"event_id": "elmley-2023-irp-judged-1.43"},
        ),
        (
            "dim_visits",
            "update marts.dim_visits set held_on = date '2023-09-01'"
            " where visit_id = 'elmley-2023-irp'",
            "a review of progress follows its inspection by 8 to 12 months",
            {"visit_id": "elmley-2023-irp"},
        ),
    ],
)
def test_a_rule_names_the_rows_at_fault(
    database: Path, table: str, statement: str, rule: str, keys: dict[str, str]
) -> None:
    alter(database, statement)
    rows = failed(validate(table, database, BUILT_AT))[rule]
    assert any(keys.items() <= row.items() for row in rows)


def test_contradictions_stop_and_departures_do_not(database: Path) -> None:
    alter(
        database,
        "update marts.fct_outcomes set visit_id = 'elmley-2023-irp'",
        "update marts.dim_visits set ended_on = date '2023-02-20'"
        " where visit_id = 'elmley-2023-irp'",
    )
    assert not validate("fct_outcomes", database, BUILT_AT).passed
    visits = validate("dim_visits", database, BUILT_AT)
    assert visits.passed
    assert "a review of progress takes three days" in [w.rule for w in visits.warnings]


def test_an_expectation_that_cannot_be_evaluated_is_named_and_stops(database: Path) -> None:
    alter(database, "alter table marts.fct_figures rename column value to amount")
    outcome = validate("fct_figures", database, BUILT_AT)
    assert not outcome.passed
    [first, *_] = [f for f in outcome.failures if f.result == "not evaluated"]
    assert "value" in first.why
    assert "could not be evaluated" in first.in_words()


def test_a_suite_in_which_nothing_was_evaluated_does_not_pass() -> None:
    empty = Outcome("a_table", [])
    assert not empty.passed
    assert "no expectation was evaluated" in empty.failures[0].in_words()


def test_a_calendar_that_lost_its_days_does_not_pass(database: Path) -> None:
    alter(database, "delete from marts.dim_dates")
    assert not validate("dim_dates", database, BUILT_AT).passed


def test_an_event_recorded_later_than_the_build_is_told_and_published(database: Path) -> None:
    outcome = validate("events", database, "2020-01-01T00:00:00")
    assert outcome.passed
    assert "no event was recorded later than the build" in [w.rule for w in outcome.warnings]


def test_another_build_under_the_same_path_is_read_anew(database: Path) -> None:
    """The suites of a watched preview kept answering from the first one's tables."""
    assert failed(validate("rejected_rows", database, BUILT_AT)) == {}
    later = database.with_name("later.duckdb")
    shutil.copy(database, later)
    alter(
        later,
        "insert into intermediate.int_unaccepted_rows by name"
        " select 'invented' as event_id, 'rejected' as verdict",
    )
    later.replace(database)
    assert "no row was rejected" in failed(validate("rejected_rows", database, BUILT_AT))


def test_the_build_is_found_in_a_folder_of_any_name(
    published: Callable[..., Built], tmp_path: Path
) -> None:
    """Its path is put into an address, where a per cent sign and others have a meaning."""
    log = tmp_path / "log"
    write_event_files([], log)
    (log / "visits_held.csv").write_text(
        ",".join(event_types()["visits_held"].column_names) + "\n", encoding="utf-8"
    )
    build = published(log).warehouse.with_name("build.duckdb")
    for name in ("50%20 off", "a?b=c", "a#b", "$HOME ${A}", "it's [é]"):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(build, folder)
        assert validate("dim_areas", folder / "build.duckdb", BUILT_AT).passed, name
