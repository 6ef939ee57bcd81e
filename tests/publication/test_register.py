"""The dated register: which prisons were in use on a day, and whose outcomes a successor's are."""

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from inspections.publication import published_file
from inspections.settings import PROJECT
from tests.published import Built

SEEDS = PROJECT / "seeds"
# The tables that the two macros read, with the columns that they read. All of it is invented.
TABLES = """
create table dim_prison_register as select * from (values
    ('AAI', 'Ashmoor', 'England', true, null),
    ('BBI', 'Brackwater', 'England', false, '2013-06'),
    ('CCI', 'Carrick', 'England', true, null),
    ('DDI', 'Dunmere', 'England', false, null),
    ('EEI', 'Easterby', 'Wales', true, null),
    ('FFI', 'Fallowfield', 'England', false, '2014')
) as entries (register_id, name, country, is_in_use, closed_on);
create table bridge_establishment_register_entries as select * from (values
    ('ashmoor', 'AAI'), ('carrick', 'CCI'), ('easterby', 'EEI'), ('fallowfield', 'FFI')
) as entries (establishment_id, register_id);
create table dim_establishments as select * from (values
    ('ashmoor', date '2010-01-01', date '2015-01-01', null, 1990, null),
    ('ashmoor', date '2015-01-01', date '2018-01-01', 'mothballed', null, null),
    ('ashmoor', date '2018-01-01', date '2019-01-01', 'in_use', null, null),
    ('ashmoor', date '2019-01-01', null, null, null, null),
    ('carrick', date '2012-01-01', null, null, 2012, null),
    ('easterby', date '2016-01-01', null, null, null, 'fallowfield|grimsdale'),
    ('fallowfield', null, null, null, null, 'henfield')
) as versions (establishment_id, valid_from, valid_to, status, opened_year, successor_of);
create table dim_visits as select * from (values
    ('easterby-2017', date '2017-05-01', true), ('fallowfield-2009', date '2009-05-01', true)
) as visits (visit_id, held_on, is_full_inspection);
create table bridge_visit_establishments as select * from (values
    ('easterby-2017', 'easterby'), ('fallowfield-2009', 'fallowfield')
) as visited (visit_id, establishment_id);
create table fct_outcomes as select
    establishment_id, visit_id, null as unit, 'hmip_outcome' as scale, 'safety' as healthy_prison_test,
    'safety' as test_group, 'poor' as outcome_code, 1 as outcome_rank, judged_on, event_id
from (values
    ('easterby', 'easterby-2017', date '2017-05-01', 'O1'),
    ('fallowfield', 'fallowfield-2009', date '2009-05-01', 'O2'),
    ('henfield', 'henfield-1999', date '1999-05-01', 'O3'),
    ('ashmoor', 'ashmoor-2011', date '2011-05-01', 'O4')
) as outcomes (establishment_id, visit_id, judged_on, event_id);
create table events as select timestamp '2026-01-01 09:00:00' as recorded_at;
"""


@pytest.fixture(scope="module")
def invented() -> Iterator[duckdb.DuckDBPyConnection]:
    """An invented register with the published macros that read it."""
    statements = (Path(published_file.__file__).with_name("published_macros.sql")).read_text(
        "utf-8"
    )
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        for statement in duckdb.extract_statements(statements):
            if any(
                name in statement.query
                for name in ("register_coverage_as_of(day)", "outcomes_with_predecessors(")
            ):
                connection.execute(statement)
        yield connection


@pytest.mark.parametrize(
    ("day", "register_id", "is_in_use", "may_be_in_use"),
    [
        ("2011-01-01", "AAI", True, True),
        ("2016-01-01", "AAI", False, False),
        ("2018-06-01", "AAI", True, True),
        ("2020-01-01", "AAI", True, True),
        ("1989-12-31", "AAI", False, False),
        ("2013-05-31", "BBI", None, True),
        ("2013-06-15", "BBI", None, True),
        ("2013-07-01", "BBI", False, False),
        ("2011-12-31", "CCI", False, False),
        ("2013-01-01", "CCI", True, True),
        ("2010-01-01", "DDI", None, True),
        ("2026-01-01", "DDI", False, False),
        ("2016-06-01", "EEI", None, True),
        ("2017-05-01", "EEI", True, True),
        ("2026-01-01", "EEI", True, True),
        ("2010-01-01", "FFI", True, True),
        ("2014-06-01", "FFI", None, True),
        ("2015-01-01", "FFI", False, False),
    ],
)
def test_a_prison_is_in_use_on_a_day_only_where_something_says_so(
    invented: duckdb.DuckDBPyConnection,
    day: str,
    register_id: str,
    is_in_use: bool | None,
    may_be_in_use: bool,
) -> None:
    asked = "select is_in_use, may_be_in_use from register_coverage_as_of(?) where register_id = ?"
    assert invented.execute(asked, [day, register_id]).fetchall() == [(is_in_use, may_be_in_use)]


def test_coverage_on_a_day_knows_nothing_of_later_visits(
    invented: duckdb.DuckDBPyConnection,
) -> None:
    asked = (
        "select full_inspections, last_inspected_on is null, has_outcomes"
        " from register_coverage_as_of(?) where register_id = 'EEI'"
    )
    assert invented.execute(asked, ["2017-04-30"]).fetchall() == [(0, True, False)]
    assert invented.execute(asked, ["2017-05-01"]).fetchall() == [(1, False, True)]


def test_a_successors_outcomes_are_listed_beside_its_predecessors_and_never_joined(
    invented: duckdb.DuckDBPyConnection,
) -> None:
    asked = "select successions, establishment_id, event_id from outcomes_with_predecessors(?)"
    assert invented.execute(asked, ["easterby"]).fetchall() == [
        (2, "henfield", "O3"),
        (1, "fallowfield", "O2"),
        (0, "easterby", "O1"),
    ]
    assert invented.execute(asked, ["ashmoor"]).fetchall() == [(0, "ashmoor", "O4")]


def test_on_the_logs_last_day_the_register_is_in_use_as_it_says_itself(elmley: Built) -> None:
    [(last_day,)] = elmley.rows("select max(cast(recorded_at as date)) from events")
    with (SEEDS / "prison_register.csv").open(encoding="utf-8", newline="") as stream:
        in_use = {
            row["register_id"] for row in csv.DictReader(stream) if row["is_in_use"] == "true"
        }
    for flag in ("is_in_use", "may_be_in_use"):
        rows = elmley.rows(
            f"select register_id from register_coverage_as_of(date '{last_day}') where {flag}"
        )
        assert {row[0] for row in rows} == in_use


def test_no_establishment_of_the_registers_countries_is_left_unmatched_without_a_reason(
    elmley: Built,
) -> None:
    """Feltham and Parc had no entry, as each has two: the register called them never inspected."""
    with (SEEDS / "register_entries.csv").open(encoding="utf-8", newline="") as stream:
        entries = list(csv.DictReader(stream))
    reasoned = {row["establishment_id"] for row in entries if not row["register_id"]}
    assert all(row["basis"] for row in entries)
    unmatched = elmley.rows(
        "select distinct establishment_id from dim_establishments"
        " where (country is null or country in (select country from dim_prison_register))"
        " and establishment_id not in"
        " (select establishment_id from bridge_establishment_register_entries)"
    )
    assert {row[0] for row in unmatched} == reasoned
    [never] = elmley.rows(
        "select count(*) from fct_register_coverage"
        " where register_id in ('FMI', 'FYI', 'PRI', 'PYI') and not has_outcomes"
    )
    assert never == (0,)
    assert elmley.rows(
        "select distinct country from dim_establishments where establishment_id = 'parc'"
    ) == [("Wales",)]


def test_every_macro_has_a_comment(elmley: Built) -> None:
    macros = elmley.rows(
        "select function_name, comment from duckdb_functions()"
        " where database_name = 'warehouse' and not internal"
    )
    assert len(macros) >= 12
    assert all(comment and comment.endswith(".") for _, comment in macros)
