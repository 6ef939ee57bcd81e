"""Operating it: what starts runs, what they tell, and what is left when one ends badly.

Over 500 lines, as its tests share runs of Dagster and what asks after them.
"""

import ast
import hashlib
import http.server
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
import yaml
from dagster_dbt import DbtCliResource

from dagster_project import assets
from dagster_project.alerts import (
    alert_text,
    deliver,
    notify_failure,
    receiver_faults,
    warning_text,
)
from dagster_project.assets import dbt_project
from dagster_project.code_versions import code_versions
from dagster_project.definitions import defs
from dagster_project.history import last_instant, log_as_recorded
from dagster_project.resources import Build
from inspections.dbt_project import MANIFEST, dbt_executable
from inspections.errors import BuildFailure, SettingError
from inspections.log.files import digests
from inspections.log.files.digests import content, data_versions, file_digest
from inspections.publication.changes import as_text, changed_rows, previews, previous_publication
from inspections.publication.tables import published_tables
from inspections.runbook import FOREIGN, RUNBOOK, runbook_codes
from inspections.settings import PROJECT, OperatingSettings, Settings
from tests.conftest import EVENTS, Built

pytestmark = pytest.mark.minutes(2)

BIN = Path(sys.executable).parent
# A row that names a day that does not exist, in a prison that does not either.
BROKEN = (
    "invented-visit,2025-02-30,day,2026-11-25T05:30:00Z,hmp-elmley-irp-2023-02,9.99,,invented-visit,"
    "elmley,full_inspection,,,,,\n"
)


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the log, which the settings name."""
    shutil.copytree(EVENTS, tmp_path / "events")
    monkeypatch.setenv("EVENTS_DIR", str(tmp_path / "events"))
    monkeypatch.setenv("WAREHOUSE_PATH", str(tmp_path / "warehouse.duckdb"))
    return tmp_path / "events"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster's store, in a folder of its own."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


@dataclass
class Receiver:
    """A local web server that keeps what it is sent."""

    address: str
    received: list[dict[str, str]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            server.received.append(json.loads(body))
            server.asked.append((self.path, self.headers.get("Authorization", "")))
            self.send_response(302 if "moved" in self.path else 204)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        server = Receiver(f"http://127.0.0.1:{listening.server_port}/hooks/a-secret")
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield server
        listening.shutdown()


# What starts runs


@pytest.mark.slow
def test_the_command_line_of_dagster_finds_the_definitions_sound(tmp_path: Path) -> None:
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    result = subprocess.run(
        [BIN / "dagster", "definitions", "validate", "-m", "dagster_project.definitions"],
        cwd=PROJECT,
        env={**os.environ, "DAGSTER_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-2000:]


@pytest.mark.parametrize(
    ("first", "instants"),
    [
        ("2026-03-28", ["05:30", "04:30", "04:30"]),
        ("2026-10-24", ["04:30", "05:30", "05:30"]),
    ],
)
def test_the_morning_stays_half_past_five_in_london_when_the_clocks_change(
    first: str, instants: list[str]
) -> None:
    """The iterator is the one that the daemon asks for the next ticks."""
    schedule = defs.resolve_schedule_def("daily")
    start = datetime.fromisoformat(f"{first}T00:00:00+00:00").timestamp()
    from dagster._utils.schedules import schedule_execution_time_iterator

    ticks = schedule_execution_time_iterator(
        start, schedule.cron_schedule, schedule.execution_timezone
    )
    days = [next(ticks) for _ in range(3)]
    assert [day.astimezone(UTC).strftime("%H:%M") for day in days] == instants
    assert [day.day for day in days] == [int(first[-2:]) + later for later in range(3)]


def test_no_morning_is_added_to_a_queue(instance: dg.DagsterInstance) -> None:
    def evaluate() -> Any:
        return defs.resolve_schedule_def("daily").evaluate_tick(
            dg.build_schedule_context(
                instance=instance,
                scheduled_execution_time=datetime(2026, 11, 26, 5, 30, tzinfo=UTC),
            )
        )

    assert [request.run_key for request in evaluate().run_requests or []] == ["daily 2026-11-26"]
    instance.add_run(dg.DagsterRun("publish_warehouse", status=dg.DagsterRunStatus.NOT_STARTED))
    assert not evaluate().run_requests


def test_one_run_at_a_time_is_what_dagster_reads_from_its_settings(tmp_path: Path) -> None:
    shutil.copy(PROJECT / "dagster.yaml", tmp_path)
    with dg.DagsterInstance.from_config(str(tmp_path)) as configured:
        queue = configured.get_concurrency_config().run_queue_config
        assert queue is not None
        assert queue.max_concurrent_runs == 1
        assert configured.run_monitoring_enabled
        assert not configured.telemetry_enabled


class Watch:
    """The sensor as the daemon evaluates it: the cursor goes from one evaluation to the next."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.cursor: str | None = None

    def evaluate(self) -> tuple[list[str | None], str]:
        found = defs.resolve_sensor_def("changed_log").evaluate_tick(
            dg.build_sensor_context(instance=self.instance, cursor=self.cursor, definitions=defs)
        )
        self.cursor = found.cursor or self.cursor
        return [request.run_key for request in found.run_requests or []], found.skip_message or ""

    def observed(self) -> list[dg.AssetObservation]:
        found = defs.resolve_sensor_def("changed_log").evaluate_tick(
            dg.build_sensor_context(instance=self.instance, definitions=defs)
        )
        return [event for event in found.asset_events if isinstance(event, dg.AssetObservation)]

    def until_quiet(self) -> list[str | None]:
        keys: list[str | None] = []
        for _ in range(4):
            keys += self.evaluate()[0]
        return keys


def test_the_sensor_starts_one_run_for_a_burst_and_none_for_a_touch(
    log: Path, instance: dg.DagsterInstance
) -> None:
    watch = Watch(instance)
    assert len(watch.until_quiet()) == 1
    for path in log.glob("*.csv"):
        os.utime(path, (1, 1))
    assert watch.until_quiet() == []

    header = (log / "visits_held.csv").read_text("utf-8").splitlines()[0] + "\n"
    requested = []
    for number in range(10):
        (log / f"visits_held.burst {number}.csv").write_text(header, "utf-8")
        keys, said = watch.evaluate()
        requested += keys
        assert "Changed: event_files." in said
    requested += watch.until_quiet()
    assert len(requested) == 1
    cursor = json.loads(watch.cursor or "")
    assert cursor["asked"] == cursor["seen"] == content(Settings.from_environment())
    assert cursor["requests"] == 2


def test_a_content_that_failed_is_not_asked_for_again_and_one_that_comes_back_is(
    log: Path, instance: dg.DagsterInstance
) -> None:
    """The run's key was the digest alone, so that the log as it was before was never built."""
    watch = Watch(instance)
    sound = (log / "visits_held.csv").read_text("utf-8")
    keys = watch.until_quiet()
    (log / "visits_held.csv").write_text(sound + BROKEN, "utf-8")
    keys += watch.until_quiet() + watch.until_quiet()
    assert len(keys) == 2
    (log / "visits_held.csv").write_text(sound, "utf-8")
    keys += watch.until_quiet()
    assert len(keys) == len(set(keys)) == 3


def test_the_sensor_lives_on_with_what_it_cannot_read(
    log: Path, instance: dg.DagsterInstance
) -> None:
    watch = Watch(instance)
    watch.cursor = "0f3a: a digest, as cursors once were"
    watch.until_quiet()
    # Edited by hand on the page, into other types.
    watch.cursor = '{"asked": 3, "seen": ["x"], "requests": "many"}'
    assert len(watch.until_quiet()) == 1
    (log / "visits_held.link.csv").symlink_to(log / "nowhere.csv")
    (log / "progress_judged.folder.csv").mkdir()
    assert len(watch.until_quiet()) == 1
    shutil.rmtree(log)
    assert len(watch.until_quiet()) == 1


@pytest.mark.parametrize("part", ["event_files", "documents", "models"])
def test_each_part_of_the_content_has_its_own_digest(
    part: str, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds", ignore=lambda *_: {"events"})
    monkeypatch.setenv("SEEDS_DIR", str(tmp_path / "seeds"))
    before = content(Settings.from_environment())
    changed = {
        "event_files": log / "visits_held.csv",
        "documents": log / "documents.csv",
        "models": tmp_path / "seeds" / "areas.csv",
    }[part]
    with changed.open("a", encoding="utf-8") as stream:
        stream.write("\n")
    now = content(Settings.from_environment())
    assert [name for name in now if now[name] != before[name]] == [part]


def bytes_read() -> int:
    """Bytes that this process has read so far, by the system's count."""
    return int(re.search(r"rchar: (\d+)", Path("/proc/self/io").read_text())[1])  # type: ignore[index]


def test_a_file_is_hashed_again_only_when_it_was_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sensor read gigabytes every half minute, whether or not anything had changed."""
    monkeypatch.setattr(digests, "SETTLED_SECONDS", 0.0)
    path, size = tmp_path / "large.csv", 2**23
    path.write_bytes(b"a" * size)
    time.sleep(0.05)
    first = file_digest(path)
    before = bytes_read()
    assert file_digest(path) == first
    assert bytes_read() - before < size
    state = path.stat()
    # Of the same length, and with its old time set again.
    path.write_bytes(b"b" * size)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert file_digest(path) == hashlib.sha256(b"b" * size).hexdigest() != first
    monkeypatch.setattr(digests, "SETTLED_SECONDS", 60.0)
    path.write_bytes(b"a" * size)
    before = bytes_read()
    assert [file_digest(path), file_digest(path)] == [first, first]
    assert bytes_read() - before > 2 * size


def test_schedules_and_sensor_are_on_or_off_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for value, expected in (
        ("on", True),
        ("yes", True),
        ("off", False),
        ("No", False),
        ("", False),
    ):
        monkeypatch.setenv("SENSOR", value)
        assert OperatingSettings.from_environment().sensor is expected
    monkeypatch.setenv("SENSOR", "perhaps")
    with pytest.raises(SettingError, match="The setting SENSOR is 'perhaps'; expected yes or no"):
        OperatingSettings.from_environment()


# What assets say


def test_a_macro_makes_stale_what_goes_through_it_and_what_is_made_of_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    before = code_versions(manifest)
    manifest["macros"]["macro.inspections.types_that_introduce"]["macro_sql"] += " "
    changed = {name for name, version in code_versions(manifest).items() if version != before[name]}
    assert "model.inspections.fct_recommendation_status_history" in changed
    assert "model.inspections.int_sound_rows" not in changed
    # A seed is made of the rows of the folder that is read.
    seeds = Path(shutil.copytree(PROJECT / "seeds", tmp_path / "seeds"))
    levels = seeds / "judgement_levels.csv"
    levels.write_text(levels.read_text("utf-8").replace("Good progress", "Better"), "utf-8")
    monkeypatch.setenv("SEEDS_DIR", str(seeds))
    changed = {name for name, version in code_versions(manifest).items() if version != before[name]}
    assert {
        "seed.inspections.judgement_levels",
        "model.inspections.stg_progress_judged",
        "model.inspections.events",
    } <= changed
    assert "seed.inspections.areas" not in changed


def test_a_changed_event_file_is_another_version_of_its_type_alone(log: Path) -> None:
    settings = Settings.from_environment()
    before = data_versions(settings)
    os.utime(log / "visits_held.csv", (1, 1))
    assert data_versions(settings) == before
    (log / "visits_held.more.csv").write_text(
        (log / "visits_held.csv").read_text("utf-8").splitlines()[0], "utf-8"
    )
    now = data_versions(settings)
    assert {key for key in now if now[key] != before[key]} == {
        "event_files/visits_held",
        "event_files/files",
        "event_files/unreadable_rows",
    }


@pytest.mark.slow
def test_an_event_file_that_changed_makes_its_models_stale(
    log: Path, instance: dg.DagsterInstance
) -> None:
    from dagster._core.definitions.data_version import CachingStaleStatusResolver
    from dagster._core.loader import LoadingContextForTest

    graph = defs.resolve_asset_graph()
    model = dg.AssetKey(["staging", "stg_visits_held"])

    def status() -> str:
        context = LoadingContextForTest(instance)
        return (
            CachingStaleStatusResolver(instance, graph, loading_context=context)
            .get_status(model)
            .name
        )

    assert status() == "MISSING"
    made = dg.materialize(
        [assets.event_files, assets.warehouse],
        selection=dg.AssetSelection.assets(model).upstream(include_self=True)
        | dg.AssetSelection.assets(*assets.event_files.keys),
        instance=instance,
        resources={
            "build": Build(),
            "dbt": DbtCliResource(project_dir=dbt_project, dbt_executable=dbt_executable()),
        },
    )
    assert made.success
    assert status() == "FRESH"
    with (log / "visits_held.csv").open("a", encoding="utf-8") as stream:
        stream.write(BROKEN)
    for version in Watch(instance).observed():
        instance.report_runless_asset_event(version)
    assert status() == "STALE"


def test_every_asset_has_an_owner_a_group_a_kind_and_a_description() -> None:
    graph = defs.resolve_asset_graph()
    lacking = [
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if not all(
            (
                graph.get(key).owners,
                graph.get(key).group_name,
                graph.get(key).kinds,
                graph.get(key).description,
            )
        )
    ]
    assert lacking == []
    above = graph.get(dg.AssetKey(["published", "fct_outcomes"]))
    reached = set()
    waiting = [above.key]
    while waiting:
        for parent in graph.get(waiting.pop()).parent_keys - reached:
            reached.add(parent)
            waiting.append(parent)
    assert dg.AssetKey(["event_files", "outcomes_judged"]) in reached


def test_a_publication_tells_what_it_changed(
    elmley: Built, tmp_path: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Published again over a copy from which a row was taken.

    A row that was appended after the build had read the log is not in its digest: that was taken of
    the files as they were at publication, so that the publication looked up to date without it.
    """
    events = tmp_path / "events"
    shutil.copytree(EVENTS, events)
    monkeypatch.setenv("EVENTS_DIR", str(events))
    as_read = content(Settings.from_environment())["event_files"]
    with (events / "visits_held.csv").open("a", encoding="utf-8") as stream:
        stream.write(BROKEN)
    for name in ("build.duckdb", "build.duckdb.checks.json"):
        shutil.copy(elmley.warehouse.parent / name, tmp_path / name)
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(elmley.warehouse, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("delete from dim_visits where visit_id = 'elmley-2019'")
        connection.execute("insert into dim_eras select * from dim_eras limit 1")
    monkeypatch.setenv("WAREHOUSE_PATH", str(warehouse))
    monkeypatch.setenv("EXPORT", "no")
    monkeypatch.setenv("SITE", "no")
    result = dg.materialize([assets.published], instance=instance, resources={"build": Build()})
    assert result.success
    # Each published table shows what became of its rules.
    checked = {
        found.asset_key.path[-1]: found
        for found in result.get_asset_check_evaluations()
        if found.check_name == "keeps_its_rules"
    }
    assert set(checked) == {table.name for table in published_tables()}
    assert all(found.passed for found in checked.values())
    assert checked["dim_visits"].metadata["rules"].value > 5
    assert "known" in str(checked["dim_visits"].metadata["known"].value)

    def told(table: str) -> dict[str, Any]:
        event = instance.get_latest_materialization_event(dg.AssetKey(["published", table]))
        assert event is not None
        assert event.asset_materialization is not None
        return {name: entry.value for name, entry in event.asset_materialization.metadata.items()}

    visits = told("dim_visits")
    assert (visits["rows_added"], visits["rows_removed"]) == (1, 0)
    assert (told("dim_eras")["rows_added"], told("dim_eras")["rows_removed"]) == (0, 1)
    assert told("dim_areas")["rows_added"] == 0
    assert visits["dagster/row_count"] == elmley.rows("select count(*) from dim_visits")[0][0]
    assert visits["file_bytes"] == warehouse.stat().st_size
    assert 0 <= visits["seconds"] < 60
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as w (read_only)")
        record = connection.execute(
            "select log_digest, published_at from w.publications order by published_at desc limit 1"
        ).fetchone()
    assert record is not None
    assert visits["log_digest"] == record[0]
    assert visits["event_files_digest"] == as_read
    assert as_read != content(Settings.from_environment())["event_files"]
    assert visits["publication_id"] == f"{record[1].isoformat()}Z"
    assert "| visit\\_id |" in visits["preview"].replace("| visit_id |", "| visit\\_id |")
    assert not list(tmp_path.glob(".*.before"))


def test_no_text_of_the_log_becomes_markup_on_the_page(tmp_path: Path) -> None:
    hostile = "<img src=x>|[here](javascript:x) `a` **b** https://example.org www.example.org\nnext"
    shown = as_text(hostile)
    assert "<" not in shown
    assert "\n" not in shown
    assert re.search(r"(?<!\\)[|`*\[\]()]", shown) is None
    assert "https:" not in as_text("https://example.org")
    assert as_text(None) == ""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table texts as select ? as text", [hostile])
    assert previews(path)["texts"].count("\n") == 2
    with previous_publication(path) as before:
        assert changed_rows(before, path) == {"texts": (0, 0)}
    with previous_publication(tmp_path / "none.duckdb") as before:
        assert before is None


# Freshness


def look_after(
    instance: dg.DagsterInstance, **config: object
) -> dict[str, dg.AssetCheckEvaluation]:
    names = [
        "published__publications_the_publication_keeps_up_with_the_log",
        "published__dim_visits_every_prison_was_visited_lately",
    ]
    result = defs.resolve_job_def("look_after").execute_in_process(
        instance=instance, run_config={"ops": {name: {"config": config} for name in names}}
    )
    assert result.success
    return {found.check_name: found for found in result.get_asset_check_evaluations()}


def test_a_publication_that_lags_behind_the_log_is_found(
    elmley: Built, log: Path, instance: dg.DagsterInstance
) -> None:
    shutil.copy(elmley.warehouse, os.environ["WAREHOUSE_PATH"])
    ((published_at,),) = elmley.rows("select max(published_at) from publications")
    published = published_at.replace(tzinfo=UTC)

    def passes(changed: timedelta, asked: timedelta) -> bool:
        for path in log.glob("*.csv"):
            os.utime(path, (0, (published - timedelta(days=400)).timestamp()))
        os.utime(log / "visits_held.csv", (0, (published + changed).timestamp()))
        found = look_after(instance, at=(published + asked).isoformat())
        check = found["the_publication_keeps_up_with_the_log"]
        assert check.passed or "visits_held.csv" in str(check.metadata["finding"].value)
        return check.passed

    hours = timedelta(hours=1)
    assert passes(changed=-hours, asked=10_000 * hours)
    assert passes(changed=23 * hours, asked=24 * hours)
    assert not passes(changed=25 * hours, asked=25 * hours)
    assert not passes(changed=hours, asked=26 * hours)
    # Published by Dagster with this content: the file was touched, no more.
    instance.report_runless_asset_event(
        dg.AssetMaterialization(
            ["published", "publications"],
            metadata={"event_files_digest": content(Settings.from_environment())["event_files"]},
        )
    )
    assert passes(changed=hours, asked=26 * hours)


def test_prisons_without_a_visit_for_long_are_a_warning_with_their_list(
    elmley: Built, log: Path, instance: dg.DagsterInstance
) -> None:
    shutil.copy(elmley.warehouse, os.environ["WAREHOUSE_PATH"])
    on_the_day = look_after(instance, at="2023-02-15", days_without_visit=30)
    check = on_the_day["every_prison_was_visited_lately"]
    assert not check.passed
    assert check.severity == dg.AssetCheckSeverity.WARN
    assert "| elmley | 2023-02-13 | 2 |" in str(check.metadata["list"].value)
    overdue = str(check.metadata["without_a_visit_for_long"].value).split(", ")
    assert "elmley" not in overdue
    assert overdue
    later = look_after(instance, at="2023-04-15", days_without_visit=30)
    listed = later["every_prison_was_visited_lately"].metadata["without_a_visit_for_long"].value
    assert "elmley" in str(listed).split(", ")


def test_prisons_that_are_known_to_be_unvisited_are_no_warning(
    elmley: Built,
    log: Path,
    instance: dg.DagsterInstance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The check failed each morning: the log is a sample, and lacks later visits of many."""
    shutil.copy(elmley.warehouse, os.environ["WAREHOUSE_PATH"])
    check = look_after(instance, at="2026-11-29")["every_prison_was_visited_lately"]
    assert check.passed
    known = check.metadata["known_departures"].value
    assert known == len(str(check.metadata["without_a_visit_for_long"].value).split(", ")) > 10
    seeds = tmp_path / "own-seeds"
    shutil.copytree(Settings.from_environment().seeds_dir, seeds)
    lines = (seeds / "known_departures.csv").read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if "establishment_id=wakefield" not in line]
    assert len(kept) == len(lines) - 1
    (seeds / "known_departures.csv").write_text("".join(kept), encoding="utf-8")
    monkeypatch.setenv("SEEDS_DIR", str(seeds))
    check = look_after(instance, at="2026-11-29")["every_prison_was_visited_lately"]
    assert not check.passed
    assert check.metadata["not_known"].value == "wakefield"


def test_a_visit_to_several_prisons_is_one_to_each(
    elmley: Built, log: Path, instance: dg.DagsterInstance
) -> None:
    """It counted for the first that the visit names, and the others were listed as overdue."""
    warehouse = os.environ["WAREHOUSE_PATH"]
    shutil.copyfile(elmley.warehouse, warehouse)
    ((other,),) = elmley.rows(
        "select min(establishment_id) from dim_establishments where establishment_id <> 'elmley'"
    )
    with duckdb.connect(warehouse) as connection:
        connection.execute(
            "delete from bridge_visit_establishments where establishment_id = ?", [other]
        )
        connection.execute(
            "insert into bridge_visit_establishments values ('elmley-2023-irp', ?, false)", [other]
        )
    found = look_after(instance, at="2023-02-15", days_without_visit=30)
    assert f"| {as_text(other)} | 2023-02-13 | 2 |" in str(
        found["every_prison_was_visited_lately"].metadata["list"].value
    )


# Failure


def failing_job(failure: Exception) -> dg.JobDefinition:
    @dg.op
    def step(context: dg.OpExecutionContext) -> None:
        context.log.info("tried")
        with assets.failing_in_plain_words(context):
            raise failure

    @dg.job(
        hooks={notify_failure},
        executor_def=dg.in_process_executor,
        resource_defs={"build": Build()},
    )
    def one_step() -> None:
        step()

    return one_step


@pytest.mark.parametrize(("can_retry", "tries"), [(True, 4), (False, 1)])
def test_a_lock_is_tried_again_and_a_rejected_row_is_not(
    can_retry: bool, tries: int, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "RETRY_SECONDS", 0.01)
    job = failing_job(BuildFailure("Another build is running (process 1).", can_retry=can_retry))
    result = job.execute_in_process(instance=instance, raise_on_error=False)
    assert not result.success
    said = [event.user_message for event in instance.all_logs(result.run_id)]
    assert said.count("tried") == tries
    with dg.DagsterInstance.ephemeral() as terminal:
        result = job.execute_in_process(instance=terminal, raise_on_error=False)
        assert [e.user_message for e in terminal.all_logs(result.run_id)].count("tried") == 1


def test_a_failure_is_told_once_to_log_command_and_address_and_no_secret_is_written(
    receiver: Receiver,
    log: Path,
    tmp_path: Path,
    instance: dg.DagsterInstance,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALERT_WEBHOOK", receiver.address)
    monkeypatch.setenv("ALERT_COMMAND", f"sh -c 'cat > {tmp_path}/told' a-secret")
    before = len(receiver.received)
    failure = BuildFailure(
        "1 row(s) of the event files were rejected; nothing was published.",
        ["visits_held.csv, line 3, column occurred_on, value '2023-02-30': no such day"],
        code="rejected-rows",
    )
    result = failing_job(failure).execute_in_process(instance=instance, raise_on_error=False)
    (told,) = receiver.received[before:]
    assert told["text"] == (tmp_path / "told").read_text("utf-8")
    assert told["text"].splitlines() == [
        f"one_step failed (run {result.run_id.split('-')[0]}).",
        "1 row(s) of the event files were rejected; nothing was published. [rejected-rows]",
        "visits_held.csv, line 3, column occurred_on, value '2023-02-30': no such day",
        "There is no earlier publication.",
        "What to do: docs/operating.md#rejected-rows",
    ]
    events = instance.all_logs(result.run_id)
    assert sum(event.user_message == told["text"] for event in events) == 1
    assert "a-secret" not in "".join(event.to_json() for event in events)


def test_addresses_of_apprise_are_told_too(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(receiver.received)
    address = receiver.address.replace("http://", "json://")
    monkeypatch.setenv("ALERT_URLS", f"{address} {address}?method=post")
    noted: list[str] = []
    deliver("A message.\nOf two lines.", noted.append)
    told = receiver.received[before:]
    assert [one["message"] for one in told] == ["A message.\nOf two lines."] * 2
    assert noted == []


def test_the_address_of_a_webhook_is_asked_as_it_is_set(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The query was taken for settings of Apprise, and with it went the key of chat services."""
    query = "/v1/spaces/A%2Fb/messages/?key=AIza-x_1%3D%3D&token=a+b%20c&cto=1&threadKey=:text"
    address = receiver.address.replace("/hooks/a-secret", query)
    monkeypatch.setenv("ALERT_WEBHOOK", address)
    noted: list[str] = []
    deliver("A message.", noted.append)
    assert receiver.asked[-1] == (query, "")
    assert receiver.received[-1] == {"text": "A message."}
    monkeypatch.setenv("ALERT_WEBHOOK", address.replace("://", "://user:p%40ss@"))
    deliver("A message.", noted.append)
    assert receiver.asked[-1] == (query, "Basic dXNlcjpwQHNz")
    assert noted == []


def test_a_query_of_an_address_of_apprise_is_left_to_it(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = receiver.address.replace("http://", "json://")
    monkeypatch.setenv("ALERT_URLS", f"{address}?-key=a%2Bb&:message=words")
    deliver("A message.", pytest.fail)
    assert receiver.asked[-1][0].endswith("/hooks/a-secret?key=a%2Bb")
    assert receiver.received[-1]["words"] == "A message."


def test_one_misspelt_address_silences_no_other_and_is_named_at_the_start(
    receiver: Receiver, log: Path, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of three addresses with one slip none got the message, and nobody heard before a failure."""
    good = receiver.address.replace("http://", "json://")
    monkeypatch.setenv("ALERT_URLS", f"jsn://a-secret {good} json://127.0.0.1:9/a-secret {good}/2")
    noted: list[str] = []
    before = len(receiver.received)
    deliver("A message.", noted.append)
    assert len(receiver.received) == before + 2
    assert noted == [
        "The alert did not reach ALERT_URLS, address 1 of 4: ValueError.",
        "The alert did not reach ALERT_URLS, address 3 of 4: ConnectionError.",
    ]
    (fault,) = receiver_faults()
    assert fault.startswith("ALERT_URLS, address 1 of 4 is no address that Apprise knows")
    assert "a-secret" not in fault


@pytest.mark.parametrize(
    ("name", "value", "is_sound"),
    [
        ("ALERT_WEBHOOK", "https://chat.example.org/hooks/1?key=a", True),
        ("ALERT_WEBHOOK", "http://[::1]:8065/hooks/1", True),
        ("ALERT_WEBHOOK", "htps://chat.example.org/hooks/1", False),
        ("ALERT_WEBHOOK", "https:/chat.example.org/hooks/1", False),
        ("ALERT_WEBHOOK", "https://chat.example.org:http/hooks/1", False),
        ("ALERT_WEBHOOK", "https://chat.example.org/hooks/1 https://other.example.org", False),
        ("ALERT_COMMAND", "sh -c 'cat > told'", True),
        ("ALERT_COMMAND", "a-command-that-is-not-installed", False),
        ("ALERT_COMMAND", "sh -c 'cat", False),
        ("ALERT_URLS", "mailto://user:password@example.org slack://AAAAAAAAA/BBBBBBBBB/cccccccccccccccccccccccc", True),
        ("ALERT_URLS", "mailto:user@example.org", False),
    ],
)  # fmt: skip
def test_a_receiver_that_cannot_work_is_told_before_there_is_anything_to_tell(
    name: str, value: str, is_sound: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    faults = receiver_faults()
    assert len(faults) == (not is_sound)
    assert all(fault.startswith(f"{name} is no ") for fault in faults)


def test_what_failed_after_a_publication_is_told_as_a_warning() -> None:
    note = "warehouse.duckdb was published, but a new reader does not see it. [open-for-writing]"
    assert warning_text("1-2", [note]).splitlines() == [
        "The warehouse was published (run 1), with warnings.",
        note,
        "What to do: docs/operating.md#open-for-writing",
    ]


@pytest.mark.parametrize(
    ("name", "receiver_of_nothing"),
    [
        ("ALERT_URLS", "no-such-scheme://a-secret"),
        ("ALERT_URLS", "json://127.0.0.1:9/a-secret"),
        ("ALERT_WEBHOOK", "http://127.0.0.1:9/a-secret"),
        ("ALERT_WEBHOOK", "a-secret without a scheme"),
        ("ALERT_WEBHOOK", "http://[a-secret"),
        ("ALERT_WEBHOOK", "moved"),
        ("ALERT_COMMAND", "a-secret-command-that-is-not-there"),
        ("ALERT_COMMAND", "sh -c 'exit 3' a-secret"),
        ("ALERT_COMMAND", "'a-secret"),
    ],
)
def test_a_dead_receiver_is_noted_and_no_more(
    name: str, receiver_of_nothing: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    if receiver_of_nothing == "moved":
        # On a redirect the message would be asked for elsewhere, without itself.
        receiver_of_nothing = receiver.address + "/moved"
    monkeypatch.setenv(name, receiver_of_nothing)
    noted: list[str] = []
    deliver("A message.", noted.append)
    assert len(noted) == 1
    assert noted[0].startswith(f"The alert did not reach {name}: ")
    assert "a-secret" not in noted[0]


def failures() -> dict[str, tuple[str, bool]]:
    """Every message of a failure that a person can fix, by where it is raised.

    Returns:
        The message, with `…` for what differs; whether details or a code say more.
    """
    raised = {
        "BuildFailure", "GateError", "EventFolderError", "DocumentsError", "SettingError", "ActionableError", "DeclarationError", "ReferenceSeedError", "JournalError", "NewLogError",
        "Failure", "ProposalError", "DecisionsError", "KnownDeparturesError",
    }  # fmt: skip

    def template(node: ast.expr) -> str:
        if isinstance(node, ast.Constant):
            return str(node.value)
        if isinstance(node, ast.JoinedStr):
            return "".join(template(part) for part in node.values)
        if isinstance(node, ast.BinOp):
            return template(node.left) + template(node.right)
        return "…"

    found = {}
    for place, node in calls():
        if name_of(node) in raised and (node.args or node.keywords):
            first = node.args[0] if node.args else node.keywords[0].value
            words = template(first)
            if words.strip("…"):
                says_more = len(node.args) > 1 or "code" in {word.arg for word in node.keywords}
                found[place] = (words, says_more)
    return found


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in the program's modules, with its file and line."""
    for folder in ("inspections", "dagster_project"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield f"{path.relative_to(PROJECT)}:{node.lineno}", node


def name_of(call: ast.Call) -> str:
    """The name of the function that a call names."""
    return str(getattr(call.func, "id", None) or getattr(call.func, "attr", ""))


def test_codes_of_failures_and_entries_of_the_runbook_are_the_same() -> None:
    """A misspelt code would link a failure to nothing, and an entry without one is never read."""
    used = set(FOREIGN.values())
    for _, node in calls():
        given = [word.value for word in node.keywords if word.arg == "code"]
        given += node.args[1:2] if name_of(node) == "with_code" else []
        used |= {str(value.value) for value in given if isinstance(value, ast.Constant)} - {"None"}
    assert len(used) > 15
    assert used == runbook_codes()


def test_each_entry_of_the_runbook_has_an_answer() -> None:
    page = RUNBOOK.read_text("utf-8").partition("\n## The runbook\n")[2]
    sections = page.split("\n### ")[1:]
    # Any other heading would be an entry that no failure can name.
    assert [section.partition("\n")[0] for section in sections] == sorted(runbook_codes())
    for section in sections:
        heading, _, answer = section.partition("\n")
        assert len(answer.split()) > 12, heading
    told = alert_text("job", "1-2", "nobody foresaw this", Settings.from_environment())
    assert told.endswith("What to do: docs/operating.md")


def test_a_failure_without_an_entry_says_itself_what_to_do() -> None:
    """A second clause, details or a runbook entry say what to do; a fault's reason says it too."""
    found = failures()
    assert len(found) > 40
    goes_on = re.compile(r"xpected |value …: …|; \S|: [a-z]|\. [A-Z]")
    assert [
        f"{place}: {words}"
        for place, (words, says_more) in found.items()
        if not says_more and not goes_on.search(words)
    ] == []


# History, and the log's own safety


def test_a_month_ends_with_its_last_instant() -> None:
    assert last_instant("2026-11") == "2026-11-30T23:59:59.999999"
    assert last_instant("2024-02") == "2024-02-29T23:59:59.999999"
    assert last_instant("2026-12") == "2026-12-31T23:59:59.999999"


def test_what_was_recorded_later_does_not_change_a_month(log: Path) -> None:
    settings = Settings.from_environment()
    rows, digest = log_as_recorded(settings, last_instant("2026-11"))
    assert rows > 100
    assert log_as_recorded(settings, last_instant("2026-10"))[0] == 0
    path = log / "visits_held.csv"
    sound = path.read_text("utf-8")
    path.write_text(sound + BROKEN.replace("2026-11-25", "2026-12-01"), "utf-8")
    assert log_as_recorded(settings, last_instant("2026-11")) == (rows, digest)
    path.write_text(sound + BROKEN, "utf-8")
    assert log_as_recorded(settings, last_instant("2026-11")) != (rows, digest)
    header, *lines = sound.splitlines(keepends=True)
    path.write_text(header + "".join(reversed(lines)), "utf-8")
    assert log_as_recorded(settings, last_instant("2026-11")) == (rows, digest)


def test_the_restore_drill_gives_back_the_log_that_was_published(
    elmley: Built,
    log: Path,
    tmp_path: Path,
    replayed: Callable[..., duckdb.DuckDBPyConnection],
) -> None:
    """The steps of docs/operating.md: archive under the lock, unpack, replay, compare."""
    archive = tmp_path / "log.tar.gz"
    subprocess.run(["flock", log, "tar", "-czf", archive, "-C", log, "."], check=True)
    shutil.rmtree(log)
    restored = tmp_path / "restored"
    with tarfile.open(archive) as stream:
        stream.extractall(restored, filter="data")
    digests = "select distinct event_id, event_digest from events order by all"
    assert replayed(restored).execute(digests).fetchall() == elmley.rows(digests)


def test_the_units_the_workspace_and_the_settings_of_a_deployment_agree() -> None:
    deploy = PROJECT / "deploy"
    units = {path.name: path.read_text("utf-8") for path in deploy.glob("*.service")}
    assert len(units) == 3
    for text in units.values():
        command = re.search(r"^ExecStart=/srv/inspections/\.venv/bin/(\S+)", text, re.MULTILINE)
        assert command is not None
        assert (BIN / command[1]).exists()
    (server,) = yaml.safe_load((deploy / "workspace.yaml").read_text("utf-8"))["load_from"]
    assert f"-p {server['grpc_server']['port']}" in units["inspections-code.service"]
    runbook = RUNBOOK.read_text("utf-8")
    for name in re.findall(
        r"^#? ?([A-Z_]+)=", (deploy / "inspections.env.example").read_text("utf-8"), re.MULTILINE
    ):
        assert (
            name in runbook
            or name in (PROJECT / "README.md").read_text("utf-8")
            or (name == "DAGSTER_DISABLE_TELEMETRY")
        ), name


# The daemon and the page


@dataclass(frozen=True)
class Operated:
    """Dagster with daemon and page, and two runs of it: a month built, and a broken log."""

    home: Path
    address: str
    folder: Path

    def ask(self, query: str, **variables: object) -> Any:
        request = urllib.request.Request(
            f"{self.address}/graphql",
            data=json.dumps({"query": query, "variables": variables}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())["data"]


def until(what: Callable[[], Any], seconds: float) -> Any:
    """Ask until there is an answer."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            found = what()
        except OSError:
            found = None
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"no answer within {seconds} s")


@pytest.fixture(scope="module")
def operated(receiver: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operated]:
    folder = tmp_path_factory.mktemp("operated")
    home = folder / "home"
    home.mkdir()
    shutil.copy(PROJECT / "dagster.yaml", home)
    with dg.DagsterInstance.from_config(str(home)) as store:
        # Made before two processes make it at once, which SQLite does not bear.
        store.get_runs(limit=1)
        store.all_asset_keys()
        store.all_instigator_state()
    events = folder / "events"
    shutil.copytree(EVENTS, events)
    for path in events.glob("*.csv"):
        # As if the log had been begun in an earlier month, which can be rebuilt.
        path.write_text(path.read_text("utf-8").replace(",2026-11-", ",2026-10-"), "utf-8")
    # A fault that is found at once, which leaves time for the month.
    (events / "documents.csv").write_text(
        "document_id,name\nan-invented-report,Invented\n", "utf-8"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "EVENTS_DIR": str(events),
        "WAREHOUSE_PATH": str(folder / "data" / "warehouse.duckdb"),
        "HISTORY_FROM": "2026-10",
        "ALERT_WEBHOOK": receiver.address,
    }
    module = ["-m", "dagster_project.definitions"]
    with (folder / "dagster.log").open("w") as said:
        process = subprocess.Popen(
            [BIN / "dagster", "dev", *module, "-p", str(port)],
            cwd=PROJECT,
            env=environment,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
        try:
            subprocess.run(
                [BIN / "dagster", "job", "launch", *module, "-j", "publish_warehouse"],
                cwd=PROJECT,
                env=environment,
                check=True,
                capture_output=True,
            )
            found = Operated(home, f"http://127.0.0.1:{port}", folder)
            with dg.DagsterInstance.from_config(str(home)) as store:
                until(lambda: all(run.is_finished for run in store.get_runs()), 90)
            (events / "documents.csv").unlink()
            launch = """
                mutation($execution: ExecutionParams!) {
                    launchRun(executionParams: $execution) { __typename }
                }
            """
            execution = {
                "selector": {
                    "repositoryLocationName": "dagster_project.definitions",
                    "repositoryName": "__repository__",
                    "jobName": "rebuild_history",
                },
                "mode": "default",
                "executionMetadata": {"tags": [{"key": "dagster/partition", "value": "2026-10"}]},
            }
            launched = until(lambda: found.ask(launch, execution=execution), 60)
            assert launched["launchRun"]["__typename"] == "LaunchRunSuccess", launched
            with dg.DagsterInstance.from_config(str(home)) as store:
                until(lambda: all(run.is_finished for run in store.get_runs()), 180)
            yield found
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture
def store(operated: Operated) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(operated.home)) as instance:
        yield instance


@pytest.mark.slow
def test_the_daemon_runs_one_at_a_time_and_a_broken_log_is_told_once(
    operated: Operated, store: dg.DagsterInstance, receiver: Receiver
) -> None:
    records = sorted(store.get_run_records(), key=lambda record: record.start_time or 0)
    assert [(r.dagster_run.job_name, r.dagster_run.status.value) for r in records] == [
        ("publish_warehouse", "FAILURE"),
        ("rebuild_history", "SUCCESS"),
    ], (operated.folder / "dagster.log").read_text("utf-8")[-3000:]
    assert records[0].end_time is not None
    assert records[1].start_time is not None
    assert records[0].end_time <= records[1].start_time
    # The receiver is the session's: other tests post to it too, in Apprise's own fields.
    told = [message.get("text", "") for message in receiver.received]
    told = [text for text in told if text.startswith("publish_warehouse failed")]
    assert len(told) == 1
    assert "events/documents.csv, line 1: the header is 'document_id,name'" in told[0]
    # dbt's process reads the documents, and wraps what it says of them.
    assert "Runtime Error" not in told[0]
    assert "There is no earlier publication." in told[0]
    files = [path for path in operated.home.rglob("*") if path.is_file()]
    assert not [path for path in files if b"a-secret" in path.read_bytes()]


@pytest.mark.slow
def test_a_month_is_built_as_it_was_known_and_passed_over_when_asked_again(
    operated: Operated, store: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    month = operated.folder / "data" / "history" / "2026-10.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{month}' as month (read_only)")
        assert connection.execute(
            "select known_at, rows_rejected, event_count > 100 from month.publications"
        ).fetchall() == [(datetime(2026, 10, 31, 23, 59, 59, 999999), 0, True)]
    written = month.stat().st_mtime_ns
    monkeypatch.setenv("EVENTS_DIR", str(operated.folder / "events"))
    monkeypatch.setenv("WAREHOUSE_PATH", str(operated.folder / "data" / "warehouse.duckdb"))
    # The definitions of this process begin with the month of the real log.
    monkeypatch.setenv("HISTORY_FROM", "2026-10")
    again = subprocess.run(
        [sys.executable, "-c", _AGAIN],
        cwd=PROJECT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "skipped" in again.stdout, again.stderr[-2000:]
    assert month.stat().st_mtime_ns == written


_AGAIN = """
from dagster_project.definitions import defs
result = defs.resolve_job_def("rebuild_history").execute_in_process(partition_key="2026-10")
(event,) = result.get_asset_materialization_events()
print(event.materialization.metadata["did"].value)
"""


@pytest.mark.slow
def test_the_page_shows_the_graph_the_checks_and_a_failed_run(
    operated: Operated, store: dg.DagsterInstance, tmp_path: Path
) -> None:
    browser_path = shutil.which("chromium")
    if browser_path is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    failed = store.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE]))[0]
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-component-update",
        "--disable-background-networking",
        "--disable-sync",
    ]
    shots = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=browser_path, args=flags)
        page = browser.new_page(viewport={"width": 1500, "height": 950})

        def shows(path: str, name: str, *texts: str) -> None:
            page.goto(f"{operated.address}{path}")
            for text in texts:
                page.get_by_text(text, exact=False).first.wait_for(timeout=30_000)
            page.screenshot(path=shots / f"{name}.png")

        group = "/locations/__repository__@dagster_project.definitions/asset-groups/published"
        shows(group, "graph", "publications", "Asset checks", "DuckDB")
        shows(
            "/assets/intermediate/int_log?view=checks", "checks", "published_events_are_unaltered"
        )
        shows(f"/runs/{failed.run_id}", "failed", "Failure", "the header is")
        browser.close()


@pytest.mark.slow
def test_a_run_whose_process_is_gone_is_ended(store: dg.DagsterInstance) -> None:
    from dagster._core.events import EngineEventData

    ended = store.get_runs(dg.RunsFilter(job_name="publish_warehouse"))[0]
    lost = store.add_run(dg.DagsterRun("publish_warehouse", status=dg.DagsterRunStatus.STARTED))
    alive = store.add_run(dg.DagsterRun("publish_warehouse", status=dg.DagsterRunStatus.STARTED))
    gone = subprocess.Popen(["true"])
    gone.wait()
    for run, process in ((lost, gone.pid), (alive, os.getpid())):
        # As the process of a run says when it starts.
        store.report_engine_event("Started process.", run, EngineEventData.in_process(process))
    defs.resolve_sensor_def("lost_runs").evaluate_tick(dg.build_sensor_context(instance=store))
    after = {run.run_id: run.status for run in store.get_runs()}
    store.delete_run(alive.run_id)
    store.delete_run(lost.run_id)
    assert after[lost.run_id] == dg.DagsterRunStatus.FAILURE
    assert after[alive.run_id] == dg.DagsterRunStatus.STARTED
    assert after[ended.run_id] == dg.DagsterRunStatus.FAILURE


@pytest.mark.slow
def test_old_runs_are_forgotten_but_never_one_that_an_asset_shows(
    store: dg.DagsterInstance,
) -> None:
    before = {run.run_id for run in store.get_runs()}
    result = defs.resolve_job_def("forget_old_runs").execute_in_process(
        instance=store, run_config={"ops": {"forget_runs": {"config": {"days": 0}}}}
    )
    assert result.success
    kept_runs = {run.run_id for run in store.get_runs()}
    assert [run.job_name for run in store.get_runs() if run.run_id in before & kept_runs] == [
        "rebuild_history"
    ]
