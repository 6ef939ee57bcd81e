"""The second engine: what Spark builds is what DuckDB builds, row for row.

Equality is not correctness. DuckDB's build is held to the reference model elsewhere
(``tests/dbt/test_proof.py``); what these tests hold carries that over to Spark.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from inspections.database import parquet_rows
from inspections.dbt_project import run_dbt
from inspections.errors import SettingError, first_words
from inspections.log.compiled_models import CompiledProject
from inspections.log.declaration import event_types
from inspections.publication.comparing.comparison import compared
from inspections.publication.publish import publish
from inspections.settings import PROJECT, Settings
from inspections.spark.build import LANDING, SparkBuild, start
from inspections.spark.cluster import check_java, connect_server, end, free_port, local_workers
from inspections.spark.server import check_is_installed
from tests.conftest import EVENTS, Built, run_apart, run_build
from tests.replay import replay
from tests.spark.hostile_log import write_hostile_log

pytestmark = pytest.mark.minutes(9)


def _what_is_missing() -> str:
    try:
        check_java()
        check_is_installed()
    except SettingError as error:
        return str(error)
    return ""


MISSING = _what_is_missing()


def needs_spark(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that runs Spark."""
    return pytest.mark.spark(pytest.mark.skipif(bool(MISSING), reason=MISSING)(test))


@dataclass(frozen=True)
class Engines:
    """Both engines' results for one hostile log.

    Attributes:
        on_duckdb: The publication of DuckDB's build.
        on_spark: The build on Spark, from the same files.
        without_server: The build before it, whose server was stopped.
        stayed: Whether the publication before that one was left as it was.
        killed: The worker that was killed while Spark built.
        events: The log.
        remote: The server, which runs on.
    """

    on_duckdb: Built
    on_spark: Built
    without_server: Built
    stayed: bool
    killed: "subprocess.Popen[bytes]"
    events: Path
    remote: str


def run_results(target: Path) -> str:
    """How many nodes of a run of dbt ended in which way, as ``PASS=1``."""
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    ended = Counter(result["status"].upper() for result in results)
    return " ".join(f"{status}={count}" for status, count in sorted(ended.items()))


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def start_build(events: Path, warehouse: Path, remote: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [
            *(str(Path(sys.executable).with_name("inspections")), "build"),
            *("--events", str(events), "--warehouse", str(warehouse)),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **os.environ,
            **{"EXPORT": "no", "SITE": "no", "ON_REJECTED": "publish", "COLUMNS": "200"},
            **{"ENGINE": "spark", "SPARK_REMOTE": remote},
        },
    )


def wait_for_table(build: "subprocess.Popen[str]", warehouse: Path, name: str, before: str) -> None:
    """Wait until a build on Spark, other than an earlier one, has written a table."""
    settings = Settings.from_environment(warehouse_path=warehouse)
    while build.poll() is None:
        found = SparkBuild.of(settings)
        if found and found.name != before and list(found.folder.glob(f"*/{name}/_SUCCESS")):
            return
        time.sleep(0.2)
    raise AssertionError(build.communicate()[0])


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Build a hostile log with DuckDB, with a server that stops, and with one that loses a worker."""
    folder = tmp_path_factory.mktemp("engines")
    events = folder / "events"
    write_hostile_log(events)
    # Spark's SQL and its paths have other rules than a file system: each such name was another
    # folder for it, and a stray one was left.
    warehouse = folder / "spark's own #1 50%20 é" / "warehouse.duckdb"
    warehouse.parent.mkdir()
    port = free_port()
    with (
        ThreadPoolExecutor(1) as meanwhile,
        local_workers(folder / "server") as workers,
    ):
        built = meanwhile.submit(
            run_build,
            events,
            folder / "duckdb" / "warehouse.duckdb",
            # A build in this process takes its signals, which only the main thread may.
            run=run_apart,
            ON_REJECTED="publish",
        )
        with connect_server(workers, port) as remote:
            on_duckdb = built.result()
            assert on_duckdb.code == 0, on_duckdb.output
            shutil.copy(on_duckdb.warehouse, warehouse)
            was = digest(warehouse)
            build = start_build(events, warehouse, remote)
            wait_for_table(build, warehouse, "visit_types", "")
        said = build.communicate()[0]
        without_server = Built(build.returncode, said, warehouse)
        stayed = digest(warehouse) == was
        stopped = SparkBuild.of(Settings.from_environment(warehouse_path=warehouse))
        assert stopped is not None
        with connect_server(workers, port) as remote:
            build = start_build(events, warehouse, remote)
            wait_for_table(build, warehouse, "int_histories", stopped.name)
            killed = workers.processes[0]
            end(killed, signal.SIGKILL)
            said = build.communicate()[0]
            on_spark = Built(build.returncode, said, warehouse)
            assert not stopped.folder.exists(), "the stopped build left its folder"
            yield Engines(on_duckdb, on_spark, without_server, stayed, killed, events, remote)


@needs_spark
def test_both_engines_publish_the_same_of_a_hostile_log(engines: Engines) -> None:
    """Every table with its types and descriptions, verdicts and reasons among them."""
    assert engines.on_spark.code == 0, engines.on_spark.output
    rows, faults = compared(engines.on_duckdb.warehouse, engines.on_spark.warehouse)
    print(rows)
    judged = engines.on_duckdb.rows(
        "select count(*) from rejected_rows where event_id like 'invented-odd-%'"
    )
    assert judged[0][0] > 2_000, "most odd values are to be read, and judged in SQL"
    assert faults == []
    # Decisions on proposed rows are no events: a log of its own has none.
    assert [table for table, count in rows.items() if not count] == ["fct_intake_decisions"]


@needs_spark
def test_both_publications_answer_the_same_questions(engines: Engines) -> None:
    choose = random.Random(4)
    instants = engines.on_duckdb.rows(
        "select distinct known_from from events where known_from is not null order by all"
    )
    days = engines.on_duckdb.rows(
        "select distinct occurred_on from events where occurred_on is not null order by all"
    )
    for _ in range(6):
        day = choose.choice(days)[0] + timedelta(days=choose.randint(-1, 1))
        moment, other = (
            choose.choice(instants)[0] + timedelta(microseconds=choose.randint(-1, 1))
            for _ in range(2)
        )
        for question in (
            f"recommendation_status_as_of(date '{day}', timestamp '{moment}')",
            f"outcomes_as_of(date '{day}', timestamp '{moment}')",
            f"establishments_as_of(date '{day}', timestamp '{moment}')",
            f"what_changed(timestamp '{moment}', timestamp '{other}')",
        ):
            answers = [
                sorted(map(repr, built.rows(f"from {question}")))
                for built in (engines.on_duckdb, engines.on_spark)
            ]
            assert answers[0] == answers[1], question


@needs_spark
def test_a_server_that_stops_leaves_the_last_publication(engines: Engines) -> None:
    assert engines.without_server.code == 1
    assert "went away while the log was replayed; nothing was published" in (
        engines.without_server.output
    )
    assert "Traceback" not in engines.without_server.output
    assert engines.stayed


@needs_spark
def test_a_replay_that_fails_is_told_in_the_words_of_spark(
    engines: Engines, tmp_path: Path
) -> None:
    """Not by what it left: a file that DuckDB, asked for rejected rows, cannot read either."""
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copy(engines.on_duckdb.warehouse, warehouse)
    was = digest(warehouse)
    build = start_build(EVENTS, warehouse, engines.remote)
    wait_for_table(build, warehouse, "areas", "")
    landed = SparkBuild.of(Settings.from_environment(warehouse_path=warehouse))
    assert landed is not None
    (landed.files_of(LANDING, "progress_judged") / "rows.parquet").write_bytes(b"no Parquet")
    said = build.communicate()[0]
    assert build.returncode == 1
    assert "The log could not be replayed; nothing was published." in said
    assert "int_typed_rows: " in said
    assert "(cause: " in said.split("int_typed_rows: ")[1]
    assert "Traceback" not in said
    assert digest(warehouse) == was


@needs_spark
def test_a_worker_that_is_lost_costs_time_alone(engines: Engines) -> None:
    assert engines.killed.poll() == -signal.SIGKILL
    assert engines.on_spark.code == 0, engines.on_spark.output


@needs_spark
def test_views_are_published_over_parquet_files_that_can_be_moved(
    engines: Engines, tmp_path: Path
) -> None:
    """The file holds names alone, beside the folder that it reads; old readers go on reading."""
    warehouse = engines.on_spark.warehouse
    settings = Settings.from_environment(
        warehouse_path=warehouse, engine="spark", publish="views", export=False, site=False
    )
    build = SparkBuild.of(settings)
    assert build is not None
    tables = compared(engines.on_duckdb.warehouse, warehouse)[0]
    small = warehouse.stat().st_size
    publication = publish(settings, 1, marts=build.folder / "marts")
    assert publication.tables["events"] == tables["events"]
    assert compared(engines.on_duckdb.warehouse, warehouse) == (tables, [])
    folders = []
    for _ in range(2):
        publish(settings, 1, marts=build.folder / "marts")
        folders.append(sorted(warehouse.parent.glob("parquet/*")))
    assert [len(found) for found in folders] == [2, 2]
    assert folders[0][1] == folders[1][0], "the folder that the last publication reads is kept"
    assert warehouse.stat().st_size < small
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    (warehouse.parent / "parquet").rename(moved / "parquet")
    warehouse.rename(moved / warehouse.name)
    count = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import duckdb; print(duckdb.connect('warehouse.duckdb', read_only=True)"
            ".execute('select count(*) from events').fetchone()[0])",
        ],
        cwd=moved,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert int(count) == tables["events"]


@needs_spark
def test_macros_of_the_engines_keep_their_meaning_on_spark(engines: Engines) -> None:
    """``make test`` runs the same test on DuckDB, among the dbt tests of the code."""
    result = run_dbt(
        *("build", "--target", "spark", "--select", "engine_macros_keep_their_meaning"),
        *("--target-path", str(engines.events.with_name("target"))),
        environment={"SPARK_REMOTE": engines.remote, "SCHEMA_PREFIX": "macros_"},
    )
    assert result.returncode == 0, result.stdout
    assert "PASS=1" in run_results(engines.events.with_name("target"))


@needs_spark
def test_a_log_without_a_row_is_not_built(engines: Engines, tmp_path: Path) -> None:
    header = ",".join(event_types()["visits_held"].first_columns)
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "visits_held.csv").write_text(f"{header}\n", encoding="utf-8")
    warehouse = tmp_path / "warehouse.duckdb"
    built = run_build(tmp_path / "events", warehouse, ENGINE="spark", SPARK_REMOTE=engines.remote)
    assert built.code == 1
    assert "does not see the landed rows, or there are none" in built.output
    assert not warehouse.exists()


def test_of_a_stack_of_calls_the_first_words_and_the_last_cause_are_told() -> None:
    """As Spark's server says it of a full disk, which only the cause names."""
    said = (
        "Runtime Error in seed areas\n  [TASK_WRITE_FAILED] Task failed. SQLSTATE: 58030\n\n"
        "  JVM stacktrace:\n  org.apache.spark.SparkException\n"
        "  \tat org.apache.spark.sql.Writer.run(Writer.scala:1)\n"
        "  Caused by: org.apache.hadoop.fs.FSError: java.io.IOException: No space left on device\n"
        "  \tat java.base/java.io.FileOutputStream.write(Native Method)\n"
        "  Caused by: java.io.IOException: No space left on device\n  \t... 9 more\n"
    )
    assert first_words(said) == (
        "Runtime Error in seed areas [TASK_WRITE_FAILED] Task failed. SQLSTATE: 58030"
        " (cause: No space left on device)"
    )


def test_without_java_a_sentence_names_what_to_install() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "inspections.spark"],
        env={**os.environ, "PATH": "/nowhere", "JAVA_HOME": ""},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "apt-get install openjdk-17-jre-headless" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.spark
def test_a_server_that_cannot_be_reached_is_said_in_a_sentence(tmp_path: Path) -> None:
    if "client" in MISSING:
        pytest.skip(MISSING)
    warehouse = tmp_path / "warehouse.duckdb"
    built = run_build(
        EVENTS, warehouse, ENGINE="spark", SPARK_REMOTE=f"sc://127.0.0.1:{free_port()}"
    )
    assert built.code == 1
    assert "Spark cannot be reached at 127.0.0.1:" in built.output
    assert "Traceback" not in built.output
    assert not warehouse.exists()


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"ENGINE": "sparks"}, "The setting ENGINE is 'sparks'; expected duckdb or spark."),
        ({"SPARK_REMOTE": "http://x"}, "expected the address of a Spark Connect server"),
        ({"PUBLISH": "views"}, "PUBLISH=views needs Parquet files that Spark wrote"),
        (
            {"PUBLISH": "views", "ENGINE": "spark", "WAREHOUSE_PATH": "/nowhere/a,b/c.duckdb"},
            "a comma, which DuckDB reads as the end of a path",
        ),
    ],
)
def test_a_setting_of_spark_that_does_not_fit_is_said_in_a_sentence(
    environment: dict[str, str], words: str, tmp_path: Path
) -> None:
    warehouse = Path(environment.pop("WAREHOUSE_PATH", tmp_path / "warehouse.duckdb"))
    built = run_build(EVENTS, warehouse, **environment)
    assert built.code in (1, 2)
    assert words in built.output


@pytest.mark.parametrize("name", ["a[b]", "a*b", "a?b", "{a}"])
def test_a_folder_that_spark_takes_for_a_pattern_is_refused_before_anything_is_made(
    name: str, tmp_path: Path
) -> None:
    """It saw no rows in it, and said that the folder was not shared."""
    if "client" in MISSING:
        pytest.skip(MISSING)
    (tmp_path / name).mkdir()
    settings = Settings.from_environment(
        events_dir=EVENTS, warehouse_path=tmp_path / name / "warehouse.duckdb", engine="spark"
    )
    with pytest.raises(SettingError, match="in a path as a pattern"):
        start(settings)
    assert list((tmp_path / name).iterdir()) == []


@needs_spark
def test_duckdb_reads_a_landed_log_with_the_lines_of_the_files(tmp_path: Path) -> None:
    """Large clean files, whose lines DuckDB counts by order, have them written when they leave it."""
    from inspections.spark.build import land

    events = tmp_path / "events"
    write_hostile_log(events, streams=1, generated=200_000)
    settings = Settings.from_environment(
        events_dir=events, warehouse_path=tmp_path / "warehouse.duckdb"
    )
    landed = land(settings, SparkBuild("landed", tmp_path / "landed", "sc://localhost"))
    checked = 0
    for table, written in landed.items():
        if "line_number" not in written.columns or "event_id" not in written.columns:
            continue
        with duckdb.connect() as connection:
            found = connection.execute(
                "select line_number, event_id, file_name from"
                f" '{tmp_path}/landed/event_files/{table}/*.parquet'"
                " where file_name like '%.generated.csv'"
            ).fetchall()
        for line_number, event_id, file_name in found[:: max(1, len(found) // 50)]:
            lines = (events / file_name).read_text("utf-8").split("\n")
            assert lines[line_number - 1].startswith(f"{event_id},"), (file_name, line_number)
            checked += 1
    assert checked > 500


@needs_spark
def test_both_engines_build_the_same_as_known_at_three_instants(
    engines: Engines, project: CompiledProject, tmp_path: Path
) -> None:
    """The last of those that share a build, whose models after the typed rows it builds anew."""
    build = SparkBuild.of(Settings.from_environment(warehouse_path=engines.on_spark.warehouse))
    assert build is not None
    known = engines.on_duckdb.rows(
        "select distinct recorded_at from events where recorded_at is not null order by all"
    )
    counts = []
    # At an instant of the log, and a microsecond before one, early and late.
    for place, (at, before) in enumerate(
        ((known[len(known) // 4], 0), (known[len(known) // 2], 1), (known[-2], 1))
    ):
        instant = f"{(at[0] - timedelta(microseconds=before)).isoformat()}Z"
        with ThreadPoolExecutor(1) as meanwhile:
            on_spark = meanwhile.submit(
                run_dbt,
                *("run", "--target", "spark", "--select", "int_event_rows+"),
                *("--vars", json.dumps({"known_at": instant})),
                *("--target-path", str(engines.events.with_name("target"))),
                environment={"SPARK_REMOTE": engines.remote, "SCHEMA_PREFIX": build.schema_prefix},
            )
            replayed = replay(project, engines.events, tmp_path / str(place), instant)
        assert on_spark.result().returncode == 0, on_spark.result().stdout
        with replayed as on_duckdb:
            marts = [model.name for model in project.models if model.schema == "marts"]
            for mart in marts:
                columns = on_duckdb.table(f"main.{mart}").columns
                one = f"select {', '.join(columns)} from main.{mart}"
                other = (
                    f"select {', '.join(columns)}"
                    f" from {parquet_rows(str(build.files_of('marts', mart)))}"
                )
                for first, second in ((one, other), (other, one)):
                    differing = on_duckdb.execute(
                        f"from ({first} except all {second}) limit 3"
                    ).fetchall()
                    assert differing == [], (instant, mart)
            counts.append(
                {
                    mart: on_duckdb.execute(f"select count(*) from main.{mart}").fetchall()[0][0]
                    for mart in marts
                }
            )
        print(instant, counts[-1])
    assert 0 < counts[0]["events"] < counts[1]["events"] < counts[2]["events"]
    assert [mart for mart, count in counts[2].items() if not count] == ["fct_intake_decisions"]
