"""``make benchmark``: how long the product takes, as ratios within one run.

Over 500 lines: what is measured, and the page that is written of it in one run.

An invented log of a given size is built cold several times and asked; DuckDB's own load of the
same files into one typed table is timed beside each build, and peers that do the same job answer the same
questions. Writes ``benchmarks/results.json`` and ``docs/benchmark.md`` with a plot.
"""

import argparse
import csv
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import published
from benchmarks.generate_events import generate
from benchmarks.peers import PEERS, dbt_snapshot, peer
from inspections.log.declaration import event_types
from inspections.settings import DBT_PROJECT, DEFINITIONS, PROJECT

RESULTS = Path(__file__).with_name("results.json")
PAGE = PROJECT / "docs" / "benchmark.md"
PLOT = PROJECT / "docs" / "benchmark.svg"
_BIN = Path(sys.executable).parent
_DBT_BUILD = [str(_BIN / "dbt"), "--quiet", "build", "--exclude"]
# Peers hold the whole log in memory or row by row: beyond this they are not waited for.
PEER_EVENTS = 200_000
QUESTIONS = [
    (date(2010, 6, 1), datetime(2012, 1, 1)),
    (date(2016, 6, 1), datetime(2030, 1, 1)),
    (date(2026, 11, 1), datetime(2026, 11, 24)),
]


@dataclass(frozen=True)
class Measured:
    """One command: its seconds, the peak memory of its process tree in megabytes, its output."""

    seconds: float
    megabytes: float
    output: str


def _tree_kilobytes(root: int) -> int:
    """The resident memory of a process and all that it started."""
    parents: dict[int, int] = {}
    sizes: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            status = (entry / "status").read_text()
        except OSError:
            continue
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        parents[int(entry.name)] = int(fields["PPid"])
        sizes[int(entry.name)] = int(fields.get("VmRSS", "0 kB").split()[0])
    members = {root}
    while True:
        more = {pid for pid, parent in parents.items() if parent in members} - members
        if not more:
            return sum(sizes.get(pid, 0) for pid in members)
        members |= more


def measure(command: list[str], environment: dict[str, str], cwd: Path) -> Measured:
    """Run a command; time it and watch its memory.

    Raises:
        RuntimeError: It failed; the message is the end of its output.
    """
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.1):
            peak = max(peak, _tree_kilobytes(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    output, _ = process.communicate()
    done.set()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{output[-2000:]}")
    return Measured(time.monotonic() - started, peak / 1024, output)


def _connect(database: str, memory_limit: str) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(database, config={"threads": 2, "memory_limit": memory_limit})
    connection.execute("set enable_progress_bar = false")
    return connection


def bare_load(events_dir: Path, work: Path, memory_limit: str) -> float:
    """DuckDB's own load of the same files into one typed table, in seconds."""
    database = work / "bare.duckdb"
    database.unlink(missing_ok=True)
    typed = {"date": "date", "instant": "timestamp", "integer": "integer", "number": "double"}
    started = time.monotonic()
    with _connect(str(database), memory_limit) as connection:
        selects = []
        for event_type in event_types().values():
            path = events_dir / f"{event_type.name}.csv"
            if not path.exists():
                continue
            with path.open(encoding="utf-8") as stream:
                header = stream.readline().strip().split(",")
            columns = ", ".join(
                f"'{column.name}': '{typed.get(column.kind, 'varchar')}'"
                for column in event_type.columns
                if column.name in header
            )
            selects.append(
                f"select * from read_csv('{path}', header=true, auto_detect=false, quote='\"',"
                f" escape='\"', columns={{{columns}}})"
            )
        connection.execute(f"create table events as {' union all by name '.join(selects)}")
    return time.monotonic() - started


def sql_seconds(account: Path) -> float:
    """The seconds on the clock from the first seed or model to the end of the last, by dbt."""
    results = json.loads(account.read_text("utf-8"))["results"]
    instants = [
        datetime.fromisoformat(timing[end])
        for result in results
        for timing in result["timing"]
        if timing["name"] == "execute"
        for end in ("started_at", "completed_at")
    ]
    return (max(instants) - min(instants)).total_seconds()


def tests_share(account: Path) -> float:
    """Of the seconds that dbt's nodes took, one by one, the part of its tests."""
    results = json.loads(account.read_text("utf-8"))["results"]
    tests = [one for one in results if one["unique_id"].startswith("test.")]
    return sum(one["execution_time"] for one in tests) / sum(
        one["execution_time"] for one in results
    )


def step_seconds(output: str) -> dict[str, float]:
    """The seconds of each step, as ``inspections build`` prints them."""
    found = re.findall(r"^(replay|check|publish).*: done, ([\d.]+) s$", output, re.MULTILINE)
    return {f"{step}_s": float(seconds) for step, seconds in found}


def warm_milliseconds(ask: Callable[[], Any], times: int = 7) -> float:
    """The median of a question asked again and again, the first time not counted."""
    ask()
    taken = []
    for _ in range(times):
        started = time.monotonic()
        ask()
        taken.append((time.monotonic() - started) * 1000)
    return statistics.median(taken)


def questions(warehouse: Path, memory_limit: str) -> dict[str, float]:
    """Milliseconds of as-of questions on both axes: one recommendation, one prison, all."""
    with _connect(":memory:", memory_limit) as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        recommendation, establishment = connection.execute(
            "select recommendation_id, establishment_id from fct_recommendation_status_history"
            " order by recommendation_id limit 1 offset 1000"
        ).fetchone() or ("", "")
        as_of = "recommendation_status_as_of(date '2016-06-01', timestamp '2018-01-01')"

        def asking(sql: str) -> Callable[[], Any]:
            return lambda: connection.execute(sql).fetchall()

        return {
            "one_recommendation_ms": warm_milliseconds(
                asking(f"from {as_of} where recommendation_id = '{recommendation}'")
            ),
            "one_prison_ms": warm_milliseconds(
                asking(f"from {as_of} where establishment_id = '{establishment}'")
            ),
            "all_ms": warm_milliseconds(
                asking(f"select recommendation_status, count(*) from {as_of} group by all")
            ),
        }


def warehouse_statuses(warehouse: Path, day: date, known_at: datetime) -> set[tuple]:
    """The warehouse's answer, in the form that peers give theirs."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        return set(
            connection.execute(
                "select recommendation_id, recommendation_status, event_id"
                " from recommendation_status_as_of(?, ?)",
                [day, known_at],
            ).fetchall()
        )


def build(events_dir: Path, work: Path, memory_limit: str) -> dict[str, Any]:
    """Build a log cold: only the models, then the whole command.

    Raises:
        RuntimeError: A build failed.
    """
    shutil.rmtree(work / "dbt", ignore_errors=True)
    measure(
        [*_DBT_BUILD, "resource_type:unit_test resource_type:test"],
        {
            "EVENTS_DIR": str(events_dir),
            "BUILD_PATH": str(work / "dbt" / "build.duckdb"),
            "DBT_TARGET_PATH": str(work / "target"),
            "MEMORY_LIMIT": memory_limit,
        },
        DBT_PROJECT,
    )
    sql = sql_seconds(work / "target" / "run_results.json")
    shutil.rmtree(work / "dbt", ignore_errors=True)
    shutil.rmtree(work / "out", ignore_errors=True)
    whole = measure(
        [
            str(_BIN / "inspections"),
            "build",
            "--events",
            str(events_dir),
            "--warehouse",
            str(work / "out" / "warehouse.duckdb"),
        ],
        # The build itself: pages and open formats are other jobs.
        {"MEMORY_LIMIT": memory_limit, "SITE": "no", "EXPORT": "no"},
        PROJECT,
    )
    warehouse = work / "out" / "warehouse.duckdb"
    previewed = preview_seconds(events_dir, warehouse, memory_limit)
    return {
        "sql_s": sql,
        "preview_s": previewed,
        "preview_to_whole": previewed / whole.seconds,
        **step_seconds(whole.output),
        "dbt_tests_share": tests_share(work / "out" / "build.duckdb.dbt" / "run_results.json"),
        "whole_s": whole.seconds,
        "peak_mb": whole.megabytes,
    }


def preview_seconds(events_dir: Path, warehouse: Path, memory_limit: str) -> float:
    """Seconds of ``inspections preview`` beside a publication of the same log, warm, without pages.

    The first preview, which compiles what later ones read, is not counted.
    """
    command = [str(_BIN / "inspections"), "preview", "--events", str(events_dir)]
    command += ["--warehouse", str(warehouse)]
    # As the build beside it.
    environment = {"MEMORY_LIMIT": memory_limit, "SITE": "no"}
    seconds = [measure(command, environment, PROJECT).seconds for _ in range(2)]
    return seconds[-1]


def small_builds(work: Path, repeats: int) -> dict[str, float]:
    """Seconds of what people wait for with the project's own log, beside dbt's build of its models.

    A build; a run that Dagster starts in a process of its own, with its store on disk, after an
    edit to one event file; and the dry run of a batch.
    """
    warehouse = work / "small" / "warehouse.duckdb"
    command = [str(_BIN / "inspections"), "build", "--warehouse", str(warehouse)]
    events = work / "small-events"
    shutil.copytree(PROJECT / "seeds" / "events", events)
    home = work / "dagster-home"
    home.mkdir()
    shutil.copy(PROJECT / "dagster.yaml", home)
    job = [str(_BIN / "dagster"), "job", "execute", "-m", DEFINITIONS, "-j", "publish_warehouse"]
    run_of_dagster = {
        "DAGSTER_HOME": str(home),
        "EVENTS_DIR": str(events),
        "WAREHOUSE_PATH": str(work / "small-run" / "warehouse.duckdb"),
    }
    batch = invented_findings(work / "small-batch", 165)
    bare = {
        "BUILD_PATH": str(work / "small-dbt" / "build.duckdb"),
        "DBT_TARGET_PATH": str(work / "small-target"),
    }
    without = {"SITE": "no", "EXPORT": "no"}
    taken: dict[str, list[float]] = {}
    for number in range(repeats + 1):
        edited = invented_findings(work / "small-edit", 1, f"edit {number}")
        with (events / edited.name).open("a", encoding="utf-8") as stream:
            stream.write(edited.read_text("utf-8").split("\n", 1)[1])
        seconds = {
            "dbt_build": measure(
                [*_DBT_BUILD, "resource_type:unit_test tag:macro_test"], bare, DBT_PROJECT
            ).seconds,
            "build": measure(command, without, PROJECT).seconds,
            "with_pages_and_formats": measure(command, {}, PROJECT).seconds,
            "run_of_dagster": measure(job, run_of_dagster, PROJECT).seconds,
            "append": measure(
                [str(_BIN / "inspections"), "append", str(batch), "--dry-run"], {}, PROJECT
            ).seconds,
            "preview": measure(
                [str(_BIN / "inspections"), "preview", str(batch), "--warehouse", str(warehouse)],
                {},
                PROJECT,
            ).seconds,
        }
        for name, one in seconds.items():
            # The first of each parses, and compiles Python: the others are warm.
            if number:
                taken.setdefault(name, []).append(one)
    return {f"{name}_s": statistics.median(several) for name, several in taken.items()}


def invented_findings(folder: Path, rows: int, words: str = "dry run") -> Path:
    """Write findings that nobody made, of a review that is in the project's own log."""
    folder.mkdir(exist_ok=True)
    columns = event_types()["findings_recorded"].column_names
    path = folder / "findings_recorded.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, lineterminator="\n")
        writer.writeheader()
        for number in range(rows):
            writer.writerow(
                {
                    "event_id": f"invented-finding-{words.replace(' ', '-')}-{number}",
                    "occurred_on": "2023-02-15",
                    "occurred_precision": "day",
                    "recorded_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                    "document_id": "hmp-elmley-irp-2023-02",
                    "visit_id": "elmley-2023-irp",
                    "area": "behaviour_management",
                    "recommendation_id": "elmley-2022-1.42",
                    "text": f"Invented sentence {number} of a {words}.",
                }
            )
    return path


def ask_peers(events_dir: Path, warehouse: Path) -> dict[str, dict[str, Any]]:
    """Load and ask each peer; its answers must be the warehouse's.

    Raises:
        AssertionError: A peer answers otherwise.
    """
    results: dict[str, dict[str, Any]] = {}
    expected = {question: warehouse_statuses(warehouse, *question) for question in QUESTIONS}
    for name in PEERS:
        module = peer(name)
        why_not = module.missing()
        if why_not:
            results[name] = {"skipped": why_not}
            continue
        started = time.monotonic()
        handle = module.load(events_dir)
        loaded = time.monotonic() - started
        try:
            for question in QUESTIONS:
                found = set(module.statuses_as_of(handle, *question))
                assert found == expected[question], f"{name} answers {question} otherwise"
            milliseconds = warm_milliseconds(
                lambda handle=handle, module=module: module.statuses_as_of(handle, *QUESTIONS[1]),
                3,
            )
        finally:
            module.close(handle)
        results[name] = {"load_s": loaded, "all_ms": milliseconds, "answers": "equal"}
    return results


def run(sizes: dict[int, int], memory_limit: str, work: Path) -> dict[str, Any]:
    """Measure all sizes.

    Args:
        sizes: Events in each log, the largest last, and how often each is built; medians are
            reported.
        memory_limit: What a build may use in all, as in ``MEMORY_LIMIT``.
        work: A folder with room for the logs and builds.

    Returns:
        The results as they are written to ``results.json``.
    """
    results: dict[str, Any] = {
        "machine": {
            "processors": os.cpu_count(),
            "system": f"{platform.system()} {platform.machine()}",
            "python": platform.python_version(),
            "duckdb": duckdb.__version__,
            "memory_limit": memory_limit,
        },
        "sizes": [],
        "publication": [],
    }
    for events, repeats in sizes.items():
        log = work / f"log-{events}"
        shutil.rmtree(log, ignore_errors=True)
        started = time.monotonic()
        generate(events, 1, log)
        generated = time.monotonic() - started
        bare, builds = [], []
        for number in range(repeats):
            bare.append(bare_load(log, work, memory_limit))
            builds.append(build(log, work, memory_limit))
            print(f"{events:,} events, run {number + 1}: {builds[-1]}", flush=True)
        medians = {name: statistics.median(one[name] for one in builds) for name in builds[0]}
        warehouse = work / "out" / "warehouse.duckdb"
        bare_median = statistics.median(bare)
        entry = {
            "events": events,
            "runs": repeats,
            "csv_mb": sum(path.stat().st_size for path in log.glob("*.csv")) / 2**20,
            "published_mb": warehouse.stat().st_size / 2**20,
            "generate_s": generated,
            "bare_load_s": bare_median,
            **medians,
            "sql_to_bare": medians["sql_s"] / bare_median,
            "whole_to_bare": medians["whole_s"] / bare_median,
            **questions(warehouse, memory_limit),
        }
        if events <= PEER_EVENTS:
            entry["peers"] = ask_peers(log, warehouse)
        results["publication"].append(publication(events, memory_limit, work, log))
        results["sizes"].append(entry)
        shutil.rmtree(work / "out", ignore_errors=True)
        if events != max(sizes):
            shutil.rmtree(log, ignore_errors=True)
    if len(sizes) > 1:
        first, last = results["sizes"][-2], results["sizes"][-1]
        results["growth"] = {
            "from": first["events"],
            "to": last["events"],
            "events": last["events"] / first["events"],
            "sql": last["sql_s"] / first["sql_s"],
            "whole": last["whole_s"] / first["whole_s"],
        }
    return results


def write_page(results: dict[str, Any]) -> None:
    """Write the results as a table with a plot."""
    machine = results["machine"]
    lines = [
        "# Benchmark",
        "",
        f"`make benchmark` wrote this page on {machine['processors']} processors, {machine['system']},"
        f" Python {machine['python']}, DuckDB {machine['duckdb']}, memory limit"
        f" {machine['memory_limit']}. Figures are medians. Each ratio compares times of one run. The logs are"
        " invented (`benchmarks/generate_events.py`).",
        "",
        "| events | runs | CSV MB | bare load s | SQL s | SQL / bare | whole s | whole / bare | replay s |"
        " checks s | publication s | dbt tests' part of the replay | peak MB |",
        "|" + "---:|" * 13,
    ]
    for entry in results["sizes"]:
        lines.append(
            f"| {entry['events']:,} | {entry['runs']} | {entry['csv_mb']:.0f} | {entry['bare_load_s']:.1f}"
            f" | {entry['sql_s']:.1f} | **{entry['sql_to_bare']:.1f}** | {entry['whole_s']:.1f}"
            f" | **{entry['whole_to_bare']:.1f}** | {entry['replay_s']:.1f}"
            f" | {entry['check_s']:.1f} | {entry['publish_s']:.1f}"
            f" | {100 * entry['dbt_tests_share']:.0f} % | {entry['peak_mb']:.0f} |"
        )
    lines += [
        "",
        "*Bare load*: DuckDB loads the same files into one typed table, without validation, history,",
        "marts or checks. *SQL*: elapsed time from the start of the first seed or model to the end of",
        "the last. *Whole*: `inspections build` without pages and open formats, which reads the files,",
        "replays, checks and publishes. *Peak*: the resident memory of all its processes.",
    ]
    if "growth" in results:
        growth = results["growth"]
        lines += [
            "",
            f"From {growth['from']:,} to {growth['to']:,} events ({growth['events']:.0f} times as many), the"
            f" SQL takes {growth['sql']:.1f} times as long, the whole build {growth['whole']:.1f} times.",
        ]
    lines += [
        "",
        "## Questions, warm",
        "",
        "Milliseconds to find statuses on a day, as known at an instant.",
        "",
        "| events | one recommendation | one prison | all |",
        "|---:|---:|---:|---:|",
        *(
            f"| {entry['events']:,} | {entry['one_recommendation_ms']:.1f}"
            f" | {entry['one_prison_ms']:.1f} | {entry['all_ms']:.1f} |"
            for entry in results["sizes"]
        ),
    ]
    lines += published.lines(results.get("publication", []))
    lines += _preview_lines(results)
    if "small" in results:
        small = results["small"]
        lines += [
            "",
            "## A small log, warm",
            "",
            "Seconds that an analyst waits with the project's own log.",
            "",
            "| | seconds | times bare |",
            "|---|---:|---:|",
            *(
                f"| {name} | {small[key]:.1f} | {small[key] / small['dbt_build_s']:.1f} |"
                for name, key in (
                    ("`dbt build` of the same models and tests", "dbt_build_s"),
                    ("`inspections build` without pages and open formats", "build_s"),
                    ("`inspections build`", "with_pages_and_formats_s"),
                    (
                        "a run started by Dagster in its own process, after an edit to one file",
                        "run_of_dagster_s",
                    ),
                    ("`inspections append --dry-run` of 165 rows", "append_s"),
                    ("`inspections preview` of the same rows, with checks and pages", "preview_s"),
                )
                if key in small
            ),
        ]
    if results.get("engines"):
        lines += _engine_lines(results["engines"])
    for entry in results["sizes"]:
        if "peers" in entry:
            lines += [
                "",
                f"## Peers, {entry['events']:,} events",
                "",
                "The question: the status of every recommendation on a day, as known at an instant. The",
                "benchmark fails if a peer's answer differs from the warehouse's. A peer reads only the",
                "event types that the question needs, does not validate rows and answers only this",
                "question. The warehouse reads all types, validates each row, builds and checks all",
                "tables, and publishes a file atomically.",
                "",
                "| | load s | all statuses, warm ms |",
                "|---|---:|---:|",
                f"| this warehouse (whole build) | {entry['whole_s']:.1f} | {entry['all_ms']:.1f} |",
            ]
            for name, found in entry["peers"].items():
                lines.append(
                    f"| {name} | skipped: {found['skipped']} | |"
                    if "skipped" in found
                    else f"| {name} | {found['load_s']:.1f} | {found['all_ms']:.1f} |"
                )
    lost = results.get("dbt_snapshot", {})
    if "lost" in lost:
        lines += [
            "",
            "## What a dbt snapshot loses",
            "",
            f"A snapshot with the timestamp strategy ran after every change of an invented log of 5,000"
            f" events. It lost {lost['lost']} of {lost['events']} events that opened a status, and every"
            " run was green.",
        ]
    lines += ["", "![Seconds by events](benchmark.svg)", ""]
    PAGE.write_text("\n".join(lines), encoding="utf-8")
    _plot(results)


def _preview_lines(results: dict[str, Any]) -> list[str]:
    """A preview beside the build of the same run, for each size that has one."""
    previews = {entry["events"]: entry for entry in results["sizes"] if "preview_s" in entry}
    # Measured by themselves: --only-previews.
    previews |= {entry["events"]: entry for entry in results.get("previews", [])}
    if not previews:
        return []
    return [
        "",
        "## Previews",
        "",
        "`inspections preview`, warm, compared with a build of the same log in the same run. Neither",
        "writes pages or open formats.",
        "",
        "| events | build s | preview s | preview / build |",
        "|---:|---:|---:|---:|",
        *(
            f"| {events:,} | {entry['whole_s']:.1f} | {entry['preview_s']:.1f}"
            f" | **{entry['preview_to_whole']:.2f}** |"
            for events, entry in sorted(previews.items())
        ),
    ]


def only_previews(events: int, memory_limit: str, work: Path) -> dict[str, Any]:
    """Measure a preview beside a build, once, and nothing else."""
    log, warehouse = work / "log", work / "out" / "warehouse.duckdb"
    generate(events, 1, log)
    command = [str(_BIN / "inspections"), "build", "--events", str(log)]
    command += ["--warehouse", str(warehouse)]
    environment = {"MEMORY_LIMIT": memory_limit, "SITE": "no", "EXPORT": "no"}
    whole = measure(command, environment, PROJECT).seconds
    previewed = preview_seconds(log, warehouse, memory_limit)
    return {
        "events": events,
        "whole_s": whole,
        "preview_s": previewed,
        "preview_to_whole": previewed / whole,
    }


def publication(
    events: int, memory_limit: str, work: Path, log: Path | None = None
) -> dict[str, Any]:
    """Measure what the public could know: a build with publications, its questions, one without.

    Args:
        events: The events of the log.
        memory_limit: What a build may use in all.
        work: A folder with room for the logs and builds.
        log: The log, where it is there already.
    """
    if log is None:
        log = work / "log"
        generate(events, 1, log)
    rows = published.with_publications(log, work / "with-publications")
    published.without_publications(log, work / "without-publications")
    shares = []
    for folder in ("without-publications", "with-publications"):
        shutil.rmtree(work / "out", ignore_errors=True)
        warehouse = work / "out" / "warehouse.duckdb"
        command = [str(_BIN / "inspections"), "build", "--events", str(work / folder)]
        measure(
            [*command, "--warehouse", str(warehouse)],
            {"MEMORY_LIMIT": memory_limit, "SITE": "no", "EXPORT": "no"},
            PROJECT,
        )
        account = work / "out" / "build.duckdb.dbt" / "run_results.json"
        shares.append(published.sql_shares(account))
        shutil.rmtree(work / folder)
    return {
        "events": events,
        "rows": rows,
        **shares[1],
        "none_s": shares[0]["axis_s"],
        **published.questions(
            warehouse, lambda: _connect(":memory:", memory_limit), warm_milliseconds
        ),
    }


def _engine_lines(engines: dict[str, Any]) -> list[str]:
    """Both engines on one machine, as ``benchmarks.engines`` measured them."""
    bare = engines["bare_load_s"]
    steps = (("replay", "replay_s"), ("checks", "check_s"), ("publication", "publish_s"))
    return [
        "",
        f"## Spark beside DuckDB, {engines['events']:,} events",
        "",
        "`make benchmark ENGINE=spark` ran on this machine only: a master, two workers with one core and"
        f" {engines['worker_memory']} each, and a Connect server. All {engines['rows_compared']:,} rows of the"
        f" two publications are equal. DuckDB's bare load took {bare:.1f} s in this run. Landing the files"
        f" took {engines['landing_s']:.1f} s of Spark's replay.",
        "",
        "| | DuckDB s | Spark s | times |",
        "|---|---:|---:|---:|",
        *(
            f"| {name} | {engines['duckdb'][key]:.1f} | {engines['spark'][key]:.1f}"
            f" | {engines['spark'][key] / engines['duckdb'][key]:.1f} |"
            for name, key in (*steps, ("whole", "whole_s"))
        ),
    ]


def _plot(results: dict[str, Any]) -> None:
    import altair
    import pandas

    rows = [
        {"events": entry["events"], "seconds": entry[name], "part": label}
        for entry in results["sizes"]
        for name, label in (
            ("bare_load_s", "DuckDB's own load"),
            ("sql_s", "SQL part"),
            ("whole_s", "whole build"),
        )
    ]
    chart = (
        altair.Chart(pandas.DataFrame(rows), width=480, height=280)
        .mark_line(point=True)
        .encode(
            x=altair.X("events:Q", scale=altair.Scale(type="log"), title="events"),
            y=altair.Y("seconds:Q", scale=altair.Scale(type="log"), title="seconds"),
            color=altair.Color("part:N", title=None),
        )
    )
    chart.save(str(PLOT))


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--repeats-of-largest", type=int, help="as --repeats without")
    parser.add_argument("--memory-limit", default=os.environ.get("MEMORY_LIMIT") or "4GB")
    parser.add_argument(
        "--only-previews", action="store_true", help="measure previews alone; keep the rest"
    )
    parser.add_argument(
        "--only-publication",
        action="store_true",
        help="measure what the public could know alone; keep the rest",
    )
    arguments = parser.parse_args()
    if arguments.only_previews or arguments.only_publication:
        part, alone = (
            ("previews", only_previews) if arguments.only_previews else ("publication", publication)
        )
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            entry = alone(arguments.events, arguments.memory_limit, Path(folder))
        results = json.loads(RESULTS.read_text("utf-8"))
        others = [one for one in results.get(part, []) if one["events"] != entry["events"]]
        results[part] = sorted([*others, entry], key=lambda one: one["events"])
        RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
        write_page(results)
        print(f"Wrote {RESULTS.relative_to(PROJECT)} and {PAGE.relative_to(PROJECT)}: {entry}.")
        return
    sizes = sorted({min(100_000, arguments.events), arguments.events // 10, arguments.events})
    sizes = [size for size in sizes if size >= 20_000] or [arguments.events]
    repeats = dict.fromkeys(sizes, arguments.repeats)
    repeats[sizes[-1]] = arguments.repeats_of_largest or arguments.repeats
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        results = run(repeats, arguments.memory_limit, Path(folder))
        results["small"] = small_builds(Path(folder), arguments.repeats)
    if RESULTS.exists():
        # Measured by itself: make benchmark ENGINE=spark.
        results["engines"] = json.loads(RESULTS.read_text("utf-8")).get("engines")
    lost = _snapshot_losses()
    if lost:
        results["dbt_snapshot"] = lost
    RESULTS.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    write_page(results)
    print(f"Wrote {RESULTS.relative_to(PROJECT)} and {PAGE.relative_to(PROJECT)}.")


def _snapshot_losses() -> dict[str, Any]:
    """Measures the events of a small log that a dbt snapshot loses."""
    if dbt_snapshot.missing():
        return {"skipped": dbt_snapshot.missing()}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        generate(5_000, 1, log)
        handle = dbt_snapshot.load(log)
        try:
            return asdict(dbt_snapshot.losses(handle))
        finally:
            dbt_snapshot.close(handle)


if __name__ == "__main__":
    main()
