"""``inspections query``: an answer in three forms, from a file that is only read."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inspections.cli.main import app
from tests.conftest import run_inspections
from tests.event_streams import DOCUMENT, write_event_files
from tests.published import Built

NAMES = {"ash": "Ashmoor", "elm": 'Elm "the [red]hill[/red]", low', "oak": "=1+1"}
LOG = [
    {
        "event_type": "establishments_described",
        "event_id": f"E{place}",
        "occurred_on": "2021-01-01",
        "occurred_precision": "day",
        "recorded_at": "2026-01-01T00:00:00Z",
        "document_id": DOCUMENT,
        "establishment_id": establishment_id,
        "name": name,
    }
    for place, (establishment_id, name) in enumerate(NAMES.items())
]


@pytest.fixture(scope="module")
def warehouse(published: Callable[..., Built], tmp_path_factory: pytest.TempPathFactory) -> Path:
    log = tmp_path_factory.mktemp("asked") / "log"
    write_event_files(LOG, log)
    return published(log).warehouse


def ask(warehouse: Path, sql: str, *options: str) -> str:
    result = run_inspections("query", sql, "--warehouse", str(warehouse), *options)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused(warehouse: Path, sql: str) -> str:
    result = run_inspections("query", sql, "--warehouse", str(warehouse))
    assert result.returncode == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    return result.stderr


def test_a_table_shows_each_value_as_it_is(warehouse: Path) -> None:
    shown = ask(
        warehouse,
        "select establishment_id, name, valid_from, is_current, opened_year"
        " from dim_establishments order by 1",
    )
    lines = [
        [cell.strip() for cell in line.strip("│\n").split("│")]
        for line in shown.splitlines()
        if line.startswith("│")
    ]
    assert lines == [[key, name, "2021-01-01", "true", ""] for key, name in NAMES.items()]


def test_csv_and_json_hold_all_rows_and_nothing_else(warehouse: Path) -> None:
    sql = "select establishment_id, name from dim_establishments order by 1"
    assert list(csv.reader(io.StringIO(ask(warehouse, sql, "--csv")))) == [
        ["establishment_id", "name"],
        *map(list, NAMES.items()),
    ]
    assert json.loads(ask(warehouse, sql, "--json")) == [
        {"establishment_id": key, "name": name} for key, name in NAMES.items()
    ]
    kinds = (
        "select 1 as a, 2.50 as a, null as b, true as c, date '2021-01-31' as d,"
        " 'nan'::double as e, 170141183460469231731687303715884105727::hugeint as f, [1, 2] as g"
    )
    assert json.loads(ask(warehouse, kinds, "--json")) == [
        {
            "a": 1, "a_1": 2.5, "b": None, "c": True, "d": "2021-01-31", "e": None,
            "f": 170141183460469231731687303715884105727, "g": [1, 2],
        }
    ]  # fmt: skip
    assert json.loads(ask(warehouse, "select 1 as a where false", "--json")) == []
    many = "select unnest(range(12000)) as n"
    assert len(json.loads(ask(warehouse, many, "--json"))) == 12_000
    assert len(ask(warehouse, many, "--csv").splitlines()) == 12_001
    assert ask(warehouse, many).count("\n") < 1_010


def test_macros_are_at_hand_and_a_query_may_come_by_standard_input(
    warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = "select count(*) as n from establishments_as_of(date '2022-01-01', null)"
    assert json.loads(ask(warehouse, sql, "--json")) == [{"n": 3}]
    from typer.testing import CliRunner

    result = CliRunner().invoke(
        app, ["query", "-", "--warehouse", str(warehouse), "--json"], input=sql
    )
    assert json.loads(result.stdout) == [{"n": 3}]


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select nam from dim_establishments", "name"),
        ("select * from dim_establishment", "Did you mean"),
        ("selec 1", "syntax error"),
        ("select 1; select 2", "holds 2 statements; expected one"),
        ("", "holds 0 statements"),
        ("/* a remark */", "holds 0 statements"),
        ("delete from events", "The query is a DELETE, and the published file is read-only"),
        ("create table t as select 1", "CREATE"),
        ("copy (select 1) to '{folder}/out.csv'", "COPY"),
        ("explain analyze copy (select 1) to '{folder}/out.csv'", "EXPLAIN"),
        ("attach '{folder}/other.duckdb'", "ATTACH"),
        ("set threads = 1", "SET"),
        ("select cast('x' as integer)", "Could not convert"),
    ],
)
def test_what_cannot_be_answered_is_said_in_words(
    sql: str, said: str, warehouse: Path, tmp_path: Path
) -> None:
    before = warehouse.read_bytes()
    told = refused(warehouse, sql.format(folder=tmp_path))
    assert said in told
    assert "What to do: docs/operating.md#failed-query" in told
    assert list(tmp_path.iterdir()) == []
    assert warehouse.read_bytes() == before


def test_without_a_publication_a_sentence_says_so(tmp_path: Path) -> None:
    assert "There is no publication none.duckdb yet" in refused(
        tmp_path / "none.duckdb", "select 1"
    )
    result = run_inspections("query", "select 1", "--csv", "--json")
    assert result.returncode == 2
