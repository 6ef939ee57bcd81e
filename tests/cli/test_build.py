"""The main promise: the log becomes a checked, published warehouse, or nothing changes."""

import csv
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from inspections.publication.tables import published_tables
from inspections.settings import DBT_PROJECT, PROJECT
from tests.conftest import EVENTS, RUN_THE_JOB, Built, run_build
from tests.publication.test_readers import leave_a_write_ahead_log

# First of all, as other files wait for the build that they share.
pytestmark = pytest.mark.minutes(4)


BROKEN = (
    "v9,2023-02-30,day,2026-11-25T05:30:00Z,hmp-elmley-irp-2023-02,9.99,,v9,elmley,"
    "full_inspection,,,,,\n"
)


def copy_of_the_log(folder: Path) -> Path:
    shutil.copytree(EVENTS, folder)
    return folder


def edit(path: Path, change: Callable[[list[dict[str, str]]], None]) -> None:
    """Change the rows of an event file."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, columns = list(reader), list(reader.fieldnames or [])
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def every_row(path: Path) -> dict[str, list[tuple]]:
    """All rows of all tables of a publication but the record of publications itself."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as warehouse (read_only)")
        connection.execute("use warehouse")
        names = [
            name
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where database_name = 'warehouse'"
            ).fetchall()
        ]
        return {
            name: connection.execute(f"from {name}").fetchall()
            for name in names
            if name != "publications"
        }


def test_the_elmley_review_is_published_as_the_report_has_it(elmley: Built) -> None:
    assert dict(
        ((scale, code), count)
        for scale, code, count in elmley.rows(
            "select scale, judgement_code, count(*) from fct_progress_judgements"
            " where establishment_id = 'elmley' group by all"
        )
    ) == {
        ("hmip_progress", "good_progress"): 1,
        ("hmip_progress", "reasonable_progress"): 3,
        ("hmip_progress", "insufficient_progress"): 3,
        ("ofsted_progress", "reasonable_progress"): 4,
    }
    references = [
        reference
        for (reference,) in elmley.rows(
            "select reference from dim_recommendations where visit_id = 'elmley-2022' order by 1"
        )
    ]
    assert references == [f"1.{number}" for number in range(42, 53)]
    assert elmley.rows(
        "select count(*), min(outcome_code), max(outcome_code) from fct_outcomes"
        " where visit_id = 'elmley-2022'"
    ) == [(4, "not_sufficiently_good", "not_sufficiently_good")]
    assert elmley.rows(
        "select count(*), count(*) filter (where agrees) from report_reconciliations"
        " where visit_id = 'elmley-2023-irp'"
    ) == [(15, 15)]
    assert elmley.rows(
        "select rows_in_files = rows_accepted + rows_duplicate + rows_rejected"
        " + rows_waiting, checks_passed > 100 from publications"
    ) == [(True, True)]
    assert "HMIP" not in elmley.output or "Traceback" not in elmley.output


def test_the_build_prints_its_counts_and_two_answers(elmley: Built) -> None:
    assert "Progress judgements by scale" in elmley.output
    assert "No meaningful progress" in elmley.output
    assert "1.50" in elmley.output
    assert "3.51" in elmley.output


def test_a_number_leads_to_its_paragraph(elmley: Built) -> None:
    assert elmley.rows(
        """
        select findings.paragraph, findings.text
        from fct_progress_judgements as judgements
        inner join fct_findings as findings
            on judgements.document_id = findings.document_id
            and judgements.paragraph = findings.paragraph
        where judgements.recommendation_id = 'elmley-2022-1.43'
        """
    ) == [("3.8", "We considered that the prison had made good progress in this area.")]


def test_the_published_file_holds_only_what_any_client_can_open(elmley: Built) -> None:
    kinds = {
        kind
        for (kind,) in elmley.rows(
            "select distinct data_type from duckdb_columns() where database_name = 'warehouse'"
        )
    }
    assert kinds <= {
        "VARCHAR", "BIGINT", "INTEGER", "DOUBLE", "DATE", "TIMESTAMP", "BOOLEAN",
    }  # fmt: skip
    assert elmley.rows(
        "select count(*) from duckdb_constraints() where database_name = 'warehouse'"
        " and constraint_type <> 'NOT NULL'"
    ) == [(0,)]
    assert elmley.rows(
        "select count(*) from duckdb_views() where database_name = 'warehouse' and not internal"
    ) == [(0,)]
    assert (
        elmley.rows(
            "select table_name from duckdb_tables() where database_name = 'warehouse'"
            " and comment is null"
            " union all select table_name || '.' || column_name from duckdb_columns()"
            " where database_name = 'warehouse' and comment is null"
        )
        == []
    )
    assert elmley.rows(
        "select tags['storage_version'] from duckdb_databases() where database_name = 'warehouse'"
    ) == [("v1.0.0+",)]
    assert str(PROJECT).encode() not in elmley.warehouse.read_bytes()


def test_published_rows_lie_in_the_order_of_their_keys(elmley: Built) -> None:
    for table in published_tables():
        keys = ", ".join(f"{name} nulls first" for name in table.sort_key)
        assert elmley.rows(
            f"select count(*) from (select rowid, row_number() over (order by {keys}, rowid) as"
            f" place from {table.name}) where place <> rowid + 1"
        ) == [(0,)], table.name


@pytest.mark.slow
def test_a_changed_judgement_is_found_and_nothing_is_published(tmp_path: Path) -> None:
    events = copy_of_the_log(tmp_path / "events")

    def change(rows: list[dict[str, str]]) -> None:
        rows[0]["judgement"] = "reasonable_progress"

    edit(events / "progress_judged.csv", change)
    built = run_build(events, tmp_path / "warehouse.duckdb")
    assert built.code == 1
    assert "a stated total equals the counted one" in built.output
    assert "elmley-2023-irp-total-2.2-3" in built.output
    assert "elmley-2023-irp-restated-1.42" in built.output
    assert not built.warehouse.exists()


def test_a_rejected_row_leaves_the_last_publication_byte_for_byte(
    elmley: Built, tmp_path: Path
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copy(elmley.warehouse, warehouse)
    before = warehouse.read_bytes()
    events = copy_of_the_log(tmp_path / "events")
    line = len((events / "visits_held.csv").read_text("utf-8").splitlines()) + 1
    with (events / "visits_held.csv").open("a", encoding="utf-8") as stream:
        stream.write(BROKEN)
    built = run_build(events, warehouse)
    assert built.code == 1
    assert f"visits_held.csv, line {line}, column occurred_on, value '2023-02-30'" in built.output
    assert "stays as it was" in built.output
    assert "Traceback" not in built.output
    assert warehouse.read_bytes() == before
    listed = (tmp_path / "rejected_rows.csv").read_text("utf-8")
    assert "2023-02-30" in listed


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda folder: None, "There is no events folder"),
        (lambda folder: folder.mkdir(), "holds no event file"),
    ],
)
def test_no_log_to_read_is_said_in_a_sentence(
    tmp_path: Path, prepare: Callable[[Path], None], message: str
) -> None:
    prepare(tmp_path / "events")
    built = run_build(tmp_path / "events", tmp_path / "warehouse.duckdb")
    assert built.code == 1
    assert message in built.output
    assert "Traceback" not in built.output


@pytest.mark.slow
def test_an_altered_or_vanished_event_stops_the_build(elmley: Built, tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copy(elmley.warehouse, warehouse)
    events = copy_of_the_log(tmp_path / "events")

    def change(rows: list[dict[str, str]]) -> None:
        rows[0]["text"] += " And more."
        del rows[1]

    edit(events / "findings_recorded.csv", change)
    built = run_build(events, warehouse)
    assert built.code == 1
    assert (
        "findings_recorded.csv line 2, event_id elmley-2023-irp-paragraph-1.1: text was"
        in built.output
    )
    assert "event_id elmley-2023-irp-paragraph-1.2: the row is gone" in built.output


@pytest.mark.slow
def test_a_file_that_grows_while_it_is_read_stops_the_build(tmp_path: Path) -> None:
    events = copy_of_the_log(tmp_path / "events")
    writing = threading.Event()

    def write() -> None:
        while not writing.wait(0.3):
            path = events / "visits_held.csv"
            os.utime(path)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        built = run_build(events, tmp_path / "warehouse.duckdb")
    finally:
        writing.set()
        writer.join()
    assert built.code == 1
    assert "changed while they were read" in built.output
    assert "visits_held.csv" in built.output


@pytest.fixture(scope="module")
def rebuilt(elmley: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The same log, written in another way and with a broken row, published over its publication.

    Beside that lies a write-ahead log that a client has left.
    """
    folder = tmp_path_factory.mktemp("rebuilt")
    warehouse, events = folder / "warehouse.duckdb", folder / "events"
    shutil.copy(elmley.warehouse, warehouse)
    leave_a_write_ahead_log(warehouse, "delete from events")
    events.mkdir()
    for path in EVENTS.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            rows, columns = list(reader), list(reader.fieldnames or [])
        for part, chosen in enumerate((rows[1::2], rows[::2])):
            with (events / f"{path.stem}.part {part}.csv").open(
                "w", encoding="utf-8", newline=""
            ) as stream:
                writer = csv.DictWriter(
                    stream, columns[::-1], lineterminator="\r\n", quoting=csv.QUOTE_ALL
                )
                writer.writeheader()
                writer.writerows(reversed(chosen))
    header = (EVENTS / "visits_held.csv").read_text("utf-8").splitlines()[0]
    (events / "visits_held.broken.csv").write_text(f"{header}\n{BROKEN}", "utf-8")
    # What the environment says must not reach any step, nor dbt.
    elsewhere = {"EVENTS_DIR": "no-log", "WAREHOUSE_PATH": "elsewhere/w", "ON_REJECTED": "stop"}
    built = run_build(events, warehouse, "--on-rejected", "publish", **elsewhere)
    assert built.code == 0, built.output
    return built


def test_order_files_line_ends_and_quoting_do_not_trip_the_guard(
    elmley: Built, rebuilt: Built
) -> None:
    ours, theirs = every_row(rebuilt.warehouse), every_row(elmley.warehouse)
    for rows in (ours, theirs):
        # Where each event stands, and the broken row.
        del rows["events"], rows["rejected_rows"]
    assert ours == theirs


def test_a_rejected_row_is_published_as_such_where_that_is_asked_for(rebuilt: Built) -> None:
    assert rebuilt.rows(
        "select file_name, line_number, event_id, column_name, value, verdict from rejected_rows"
    ) == [("visits_held.broken.csv", 2, "v9", "occurred_on", "2023-02-30", "rejected")]


def test_a_build_says_that_it_met_a_foreign_log(elmley: Built, rebuilt: Built) -> None:
    assert "a write-ahead log of another program was beside warehouse.duckdb" in rebuilt.output
    assert not rebuilt.warehouse.with_name("warehouse.duckdb.wal").exists()
    events = "select count(*) from events"
    assert rebuilt.rows(events) == elmley.rows(events)


def run_dbt_apart(folder: Path, *arguments: str, fails: bool = False) -> None:
    """Run dbt as people do, from its own folder, on ``build.duckdb`` of a folder."""
    result = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "--quiet", *arguments],
        cwd=DBT_PROJECT,
        env={
            **os.environ,
            "BUILD_PATH": str(folder / "build.duckdb"),
            # Other tests read what lies in the project's own.
            "DBT_TARGET_PATH": str(folder / "target"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode != 0) == fails, result.stdout


def test_the_unit_tests_of_models_hold(elmley: Built, tmp_path: Path) -> None:
    shutil.copy(elmley.warehouse.with_name("build.duckdb"), tmp_path)
    run_dbt_apart(tmp_path, "test", "--select", "test_type:unit tag:macro_test")


@pytest.mark.slow
def test_dbt_builds_by_itself(tmp_path: Path) -> None:
    run_dbt_apart(tmp_path, "build")

    def ask(*statements: str) -> list[Any]:
        with duckdb.connect(str(tmp_path / "build.duckdb")) as connection:
            return [connection.execute(statement).fetchall() for statement in statements]

    # Again in the same file, where a table was a view and the other way round.
    ask(
        *("drop view marts.events", "create table marts.events as select 1 as one"),
        *("drop table marts.dim_dates", "create view marts.dim_dates as select 1 as one"),
    )
    run_dbt_apart(tmp_path, "run", "--select", "events dim_dates")
    kinds = (
        "select table_name, table_type from information_schema.tables"
        " where table_name in ('events', 'dim_dates') order by table_name"
    )
    assert ask(kinds) == [[("dim_dates", "BASE TABLE"), ("events", "VIEW")]]
    # A model that fails leaves the rows of the build before.
    rows = ask("from intermediate.int_typed_rows order by all")
    broken = '{"earliest_day": "no day"}'
    models = "stg_visits_held int_typed_rows"
    run_dbt_apart(tmp_path, "run", "--select", models, "--vars", broken, fails=True)
    assert ask("from intermediate.int_typed_rows order by all") == rows != [[]]


@pytest.mark.slow
def test_dagsters_own_command_line_publishes_the_same_rows(elmley: Built, tmp_path: Path) -> None:
    """Of the same log, in another time zone, under another name."""
    warehouse = tmp_path / "another-name.duckdb"
    result = subprocess.run(
        RUN_THE_JOB,
        cwd=PROJECT,
        env={
            **os.environ,
            "WAREHOUSE_PATH": str(warehouse),
            "DAGSTER_HOME": str(tmp_path),
            "TZ": "Europe/London",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert every_row(warehouse) == every_row(elmley.warehouse)
