"""Shared by all tests: the compiled project, published files, and the three tiers."""

import os
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from inspections.cli.main import app
from inspections.log.compiled_models import CompiledProject, compiled_project
from inspections.settings import PROJECT
from tests.published import Built, made_once, publish_log
from tests.replay import compiled, replay

EVENTS = PROJECT / "seeds" / "events"
# By Dagster's own command line.
RUN_THE_JOB = [
    str(Path(sys.executable).with_name("dagster")),
    *("job", "execute", "-m", "dagster_project.definitions", "-j", "publish_warehouse"),
]


# Open formats and pages cost a second each a build, and few tests look at them.
SURROUNDINGS = {"COLUMNS": "200", "EXPORT": "no", "SITE": "no"}


def run_inspections(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in this process, which spares its start of some seconds.

    Settings of the environment are as before afterwards.
    """
    before = dict(os.environ)
    try:
        result = CliRunner().invoke(app, arguments, env={**SURROUNDINGS, **environment})
    finally:
        os.environ.clear()
        os.environ.update(before)
    fault = ""
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        fault = "".join(traceback.format_exception(result.exception))
    return subprocess.CompletedProcess(
        arguments, result.exit_code, result.stdout, result.stderr + fault
    )


def run_apart(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as people do."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("inspections")), *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **SURROUNDINGS, **environment},
        check=False,
    )


def run_build(
    events: Path,
    warehouse: Path,
    *options: str,
    run: Callable[..., subprocess.CompletedProcess[str]] = run_inspections,
    **environment: str,
) -> Built:
    """Build a log by the command."""
    named = ("--events", str(events), "--warehouse", str(warehouse))
    result = run("build", *named, *options, **environment)
    return Built(result.returncode, result.stdout + result.stderr, warehouse)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The longest file first, then those of most tests: processes take whole files, in this order,
    # and the last of them should be over soon.
    tests = Counter(item.path for item in items)

    def place(item: pytest.Item) -> tuple[int, int]:
        minutes = item.get_closest_marker("minutes")
        return -minutes.args[0] if minutes else 0, -tests[item.path]

    items.sort(key=place)


def pytest_sessionstart(session: pytest.Session) -> None:
    # Once for all workers, and before any test of time or of kills meets it. The tests' own
    # variant is compiled beside the product's.
    if not hasattr(session.config, "workerinput"):
        with ThreadPoolExecutor(2) as threads:
            for compiling in [threads.submit(compiled_project), threads.submit(compiled)]:
                compiling.result()


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scratch folder that all workers of a session have in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in a line each what was not tested here, and why."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", ())
    )
    for reason, tests in sorted(reasons.items()):
        terminalreporter.write_line(f"Skipped {tests}: {reason}")


@pytest.fixture(scope="session")
def project() -> CompiledProject:
    """The models as dbt compiles them."""
    return compiled()


@pytest.fixture(scope="session")
def elmley(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The project's own log, built by the command once a session, with pages and open formats.

    All workers share it: who changes a file copies it first.
    """
    folder = shared_folder(tmp_path_factory) / "elmley"
    output = folder / "output.txt"
    with made_once(folder) as is_first:
        if is_first:
            built = run_build(
                EVENTS, folder / "warehouse.duckdb", run=run_apart, EXPORT="yes", SITE="yes"
            )
            assert built.code == 0, built.output
            output.write_text(built.output, encoding="utf-8")
    return Built(0, output.read_text("utf-8"), folder / "warehouse.duckdb")


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Built]:
    """Publish a log in this process, about three seconds each: see ``publish_log``."""

    def publish(log: Path, **options: Any) -> Built:
        return publish_log(log, tmp_path_factory.mktemp("published"), **options)

    return publish


@pytest.fixture
def replayed(project: CompiledProject, tmp_path: Path) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Replays a folder of event files without dbt's start-up."""

    def run(events: Path, **options: object) -> duckdb.DuckDBPyConnection:
        return replay(project, events, tmp_path / "work", **options)  # type: ignore[arg-type]

    return run
