"""What tests share: the compiled project, and warehouses that are built once a session."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from inspections.log.compiled_models import CompiledProject, compiled_project
from inspections.settings import PROJECT
from tests.replay import compiled, replay

EVENTS = PROJECT / "seeds" / "events"
# By Dagster's own command line.
RUN_THE_JOB = [
    str(Path(sys.executable).with_name("dagster")),
    *("job", "execute", "-m", "dagster_project.definitions", "-j", "publish_warehouse"),
]


@dataclass(frozen=True)
class Built:
    """What one run of the command line did."""

    code: int
    output: str
    warehouse: Path

    def rows(self, sql: str) -> list[tuple]:
        """Ask the published file as a client would."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.warehouse}' as warehouse (read_only)")
            connection.execute("use warehouse")
            return connection.execute(sql).fetchall()


def run_inspections(*arguments: str, **environment: str) -> subprocess.CompletedProcess:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("inspections")), *arguments],
        capture_output=True,
        text=True,
        # Open formats and pages cost a second each a build, and few tests look at them.
        env={**os.environ, "COLUMNS": "200", "EXPORT": "no", "SITE": "no", **environment},
        check=False,
    )


def run_build(events: Path, warehouse: Path, *options: str, **environment: str) -> Built:
    """Build a log through the command line."""
    result = run_inspections(
        "build",
        "--events",
        str(events),
        "--warehouse",
        str(warehouse),
        *options,
        **environment,
    )
    return Built(result.returncode, result.stdout + result.stderr, warehouse)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--clients",
        action="store_true",
        help="Open the publication with clients in environments of their own, made from PyPI.",
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # The longest file first, then those of most tests: processes take whole files, in this order,
    # and the last of them should be over soon.
    tests = Counter(item.path for item in items)

    def place(item: pytest.Item) -> tuple[int, int]:
        minutes = item.get_closest_marker("minutes")
        return -minutes.args[0] if minutes else 0, -tests[item.path]

    items.sort(key=place)


def pytest_sessionstart(session: pytest.Session) -> None:
    # Once for all workers, and before any test of time or of kills meets it.
    if not hasattr(session.config, "workerinput"):
        compiled_project()


@pytest.fixture(scope="session")
def project() -> CompiledProject:
    """The models as dbt compiles them."""
    return compiled()


@pytest.fixture(scope="session")
def elmley(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The log of the project, published."""
    warehouse = tmp_path_factory.mktemp("elmley") / "warehouse.duckdb"
    built = run_build(EVENTS, warehouse, EXPORT="yes", SITE="yes")
    assert built.code == 0, built.output
    return built


@pytest.fixture
def replayed(project: CompiledProject, tmp_path: Path) -> Callable[..., duckdb.DuckDBPyConnection]:
    """Replays a folder of event files without dbt's start-up."""

    def run(events: Path, **options: object) -> duckdb.DuckDBPyConnection:
        return replay(project, events, tmp_path / "work", **options)  # type: ignore[arg-type]

    return run
