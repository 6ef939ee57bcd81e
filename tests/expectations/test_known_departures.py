"""Departures that are known and accepted are counted apart; new ones are what people see."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from dagster_project.checks import (
    hold_to_suites,
    list_is_about_this_log,
    results_of_published,
)
from expectations import VISITED_LATELY, built_tables, suite_names
from inspections.log.files.known_departures import (
    COLUMNS,
    FILE,
    KnownDeparturesError,
    key_of,
    read_known_departures,
)
from inspections.log.new_log import make_log
from inspections.publication.check_results import Ledger
from inspections.settings import PROJECT, Settings
from tests.conftest import Built

BUILT_AT = "2026-11-30T12:00:00"
THREE_DAYS = "a review of progress takes three days"


@pytest.fixture
def database(elmley: Built, tmp_path: Path) -> Path:
    """A copy of the file that the project's log was built in."""
    return Path(shutil.copy(elmley.warehouse.with_name("build.duckdb"), tmp_path))


def listed(folder: Path, *lines: str) -> Path:
    """A folder with a list of known departures."""
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_text("\n".join([",".join(COLUMNS), *lines, ""]), encoding="utf-8")
    return folder


@contextmanager
def held(database: Path, seeds_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The settings of a build whose tables are there and whose seeds lie elsewhere."""
    monkeypatch.setenv("WAREHOUSE_PATH", str(database.with_name("warehouse.duckdb")))
    monkeypatch.setenv("SEEDS_DIR", str(seeds_dir))
    yield Settings.from_environment()


def test_a_clean_build_of_the_projects_log_has_known_departures_and_no_other(
    elmley: Built,
) -> None:
    assert not [line for line in elmley.output.splitlines() if line.startswith("warning:")]
    (line,) = [line for line in elmley.output.splitlines() if line.startswith("known:")]
    count = len(
        [
            entry
            for entry in read_known_departures(PROJECT / "seeds")
            if (entry.table, entry.rule) != VISITED_LATELY
        ]
    )
    assert re.match(rf"known: {count} departures .*known_departures.csv; new: 0\.", line)
    assert "any more; remove the line" not in elmley.output
    assert elmley.rows("select departures_known, departures_new from publications") == [(count, 0)]


def test_every_reason_of_the_projects_log_is_a_sentence() -> None:
    for entry in read_known_departures(PROJECT / "seeds"):
        assert len(entry.reason.split()) > 5 and entry.reason.endswith("."), entry.place


def test_a_new_departure_is_shown_and_a_known_one_is_not(
    database: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            "update marts.dim_visits set ended_on = started_on + 5 where visit_id in"
            " ('elmley-2023-irp')"
        )
    with held(database, PROJECT / "seeds", monkeypatch) as settings:
        ledger = Ledger.start(settings)
        results = {
            result.asset_key.path[-1]: result
            for result, _ in hold_to_suites(settings, BUILT_AT, ledger)
        }
    failed = {table for table, result in results.items() if not result.passed}
    assert failed == {"dim_visits"}
    visits = results["dim_visits"]
    assert visits.severity == dg.AssetCheckSeverity.WARN
    findings = str(visits.metadata["findings"].value)
    assert THREE_DAYS in findings and "elmley-2023-irp" in findings
    known = [
        entry
        for entry in read_known_departures(PROJECT / "seeds")
        if entry.table == "dim_visits" and (entry.table, entry.rule) != VISITED_LATELY
    ]
    assert known and visits.metadata["known_departures"].value == len(known)
    assert not [entry for entry in known if dict(entry.key)["visit_id"] in findings]
    (warned,) = ledger.warned
    assert warned["check"] == "dim_visits"
    assert ledger.departures is not None and ledger.departures[1] == 1
    # The published table shows the same.
    published = {
        result.asset_key.path[-1]: result.passed
        for result in results_of_published(ledger, suite_names())
    }
    assert {table for table, passed in published.items() if not passed} == {"dim_visits"}


def test_without_the_list_every_departure_is_new_and_a_line_without_one_is_noted(
    database: Path, tmp_path: Path
) -> None:
    folder = listed(
        tmp_path / "own", f"dim_visits,{THREE_DAYS},visit_id=not-there,It was invented for a test."
    )
    with built_tables(database, BUILT_AT, read_known_departures(folder)) as built:
        outcome = built.validate("dim_visits")
        assert outcome.warnings and not outcome.known
        (stale,) = built.stale("dim_visits")
    assert (stale.place, stale.key_in_words) == (f"own/{FILE}, line 2", "visit_id=not-there")


def test_a_contradiction_is_never_accepted(database: Path, tmp_path: Path) -> None:
    rule = "a stated total equals the counted one"
    folder = listed(
        tmp_path / "own", f"report_reconciliations,{rule},event_id=e,It was invented for a test."
    )
    with (
        pytest.raises(KnownDeparturesError, match=r"line 2, column rule, .*contradiction"),
        built_tables(database, BUILT_AT, read_known_departures(folder)),
    ):
        pass


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f"dim_visit,{THREE_DAYS},visit_id=v,Why.", r"line 2, column table, value 'dim_visit'.*dim_visits"),
        (f"dim_visits,{THREE_DAYS}!,visit_id=v,Why.", rf"line 2, column rule, value .*{THREE_DAYS}"),
        (f"dim_visits,{THREE_DAYS},elmley,Why.", r"line 2, column key, value 'elmley': expected columns"),
        (f"dim_visits,{THREE_DAYS},visit=v,Why.", r"line 2, column key, value 'visit=v'.*expected visit_id="),
        (f"dim_visits,{THREE_DAYS},ended_on=v,Why.", r"column key, value 'ended_on=v'.*expected visit_id="),
        (f"dim_visits,{THREE_DAYS},visit_id=v,", r"line 2, column reason: it is empty"),
        (f"dim_visits,{THREE_DAYS},visit_id=v", r"line 2: the row has 3 fields; expected 4"),
        (
            f"dim_visits,{THREE_DAYS},visit_id=v,Why.\ndim_visits,{THREE_DAYS},visit_id=v,Why not.",
            r"line 3, column key, value 'visit_id=v': .*already, in own/known_departures.csv, line 2",
        ),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named_with_what_was_expected(
    elmley: Built, tmp_path: Path, line: str, says: str
) -> None:
    folder = listed(tmp_path / "own", line)
    build = elmley.warehouse.with_name("build.duckdb")

    def hold() -> None:
        with built_tables(build, BUILT_AT, read_known_departures(folder)) as built:
            built.validate("dim_visits")

    with pytest.raises(KnownDeparturesError, match=f"(?s){says}"):
        hold()


def test_a_key_is_read_as_a_warning_writes_it(tmp_path: Path) -> None:
    row = {"visit_id": "a|b", "unit": None, "days": 4}
    folder = listed(tmp_path / "own", f'dim_visits,{THREE_DAYS},"{key_of(row)}",Why.')
    (entry,) = read_known_departures(folder)
    assert dict(entry.key) == {"visit_id": "a|b", "unit": "", "days": "4"}
    assert entry.is_about(row) and not entry.is_about({**row, "days": 5})


def test_another_organisation_begins_with_an_empty_list(tmp_path: Path) -> None:
    make_log(tmp_path / "own")
    assert (tmp_path / "own" / "seeds" / FILE).read_text("utf-8") == ",".join(COLUMNS) + "\n"
    assert read_known_departures(tmp_path / "own" / "seeds") == []


def test_another_log_is_not_told_that_it_does_not_need_the_projects_own_list(
    tmp_path: Path,
) -> None:
    """Each of 85 lines was noted as one to remove."""
    seeds = PROJECT / "seeds"

    def is_told(**options: object) -> bool:
        return list_is_about_this_log(Settings.from_environment(**options))

    assert is_told(seeds_dir=seeds, events_dir=seeds / "events")
    assert is_told(seeds_dir=tmp_path / "seeds", events_dir=tmp_path / "events")
    assert not is_told(seeds_dir=seeds, events_dir=tmp_path / "events")
    assert not is_told(
        seeds_dir=seeds, events_dir=seeds / "events", known_at="2026-11-01T00:00:00Z"
    )
