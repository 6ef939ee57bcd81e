"""Child processes import installed code, never a file that lies in the folder they run in."""

import ast
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from inspections.dbt_project import run_dbt
from inspections.log.files.event_folder import state_of
from inspections.log.files.file_reading import Refusals, ScannedFile
from inspections.log.files.readings_elsewhere import readings_elsewhere
from inspections.publication.formats.export import write_elsewhere
from inspections.publication.published_file import check_as_a_reader
from inspections.settings import PROJECT, Settings
from tests.event_streams import DOCUMENT, write_event_files
from tests.published import Built

EVENT = {
    "event_type": "establishments_described",
    "event_id": "E",
    "occurred_on": "2021-01-01",
    "occurred_precision": "day",
    "recorded_at": "2026-01-01T00:00:00Z",
    "document_id": DOCUMENT,
    "establishment_id": "ash",
    "name": "Ashmoor",
}


@pytest.fixture(scope="module")
def file(published: Callable[..., Built], tmp_path_factory: pytest.TempPathFactory) -> Path:
    log = tmp_path_factory.mktemp("log")
    write_event_files([EVENT], log)
    return published(log).warehouse


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], Path]:
    """Lays modules under the names of libraries into a folder; returns what they would write."""
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)

    def lay(folder: Path) -> Path:
        sprung = tmp_path / "sprung"
        for name in ("duckdb", "xlsxwriter", "numpy", "json", "inspections", "pydantic"):
            (folder / f"{name}.py").write_text(
                f"open({str(sprung)!r}, 'a').write(__name__)\nraise SystemExit(1)\n"
            )
        return sprung

    return lay


def test_a_module_beside_the_warehouse_is_not_run_by_the_look_at_it(
    file: Path, tmp_path: Path, trap: Callable[[Path], Path]
) -> None:
    """A module called duckdb beside the published file was imported in place of DuckDB."""
    beside = tmp_path / "warehouse.duckdb"
    os.link(file, beside)
    sprung = trap(tmp_path)
    ((digest, events),) = Built(0, "", file).rows(
        "select log_digest, event_count from publications"
    )
    check_as_a_reader(beside, {"events": events}, digest)
    assert not sprung.exists()


def test_a_module_in_the_working_directory_is_not_run_by_the_writer_of_open_formats(
    file: Path, tmp_path: Path, trap: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One called xlsxwriter was imported."""
    sprung = trap(tmp_path)
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "export"
    folder.mkdir()
    write_elsewhere(file, folder, 10)
    assert (folder / "events.csv").exists()
    assert not sprung.exists()


def test_a_module_in_the_working_directory_is_not_run_by_the_readers_of_large_files(
    tmp_path: Path, trap: Callable[[Path], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    log, work = tmp_path / "log", tmp_path / "work"
    work.mkdir()
    write_event_files([EVENT], log)
    # The first share is this process's own, the second another's.
    (log / "visits_held.csv").write_text("event_id\n" + "x" * 500)
    sprung = trap(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1})
    scans = [ScannedFile(path, None) for path in sorted(log.glob("*_*.csv"))]
    with readings_elsewhere(scans, work, 2**20, worth_bytes=1) as elsewhere:
        (other,) = [scanned for scanned in scans if elsewhere.reads(scanned)]
        assert elsewhere.has_read(other)
        elsewhere.take(other, Refusals(lambda refused: None))
    assert (other.bytes, other.modified_ns) == state_of(other.path)
    assert not sprung.exists()


def test_dbt_imports_installed_code_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONSAFEPATH", raising=False)
    noted = tmp_path / "noted"
    (tmp_path / "sitecustomize.py").write_text(
        f"import sys\nopen({str(noted)!r}, 'w').write(str(sys.flags.safe_path))\n"
    )
    assert run_dbt("--help", environment={"PYTHONPATH": str(tmp_path)}).returncode == 0
    assert noted.read_text() == "True"
    # Dagster starts dbt with the environment that a build's settings were written into.
    assert Settings.from_environment().as_environment()["PYTHONSAFEPATH"] == "1"


def test_every_child_process_is_given_its_environment() -> None:
    """A start without ``env`` inherits the working directory as the first place of imports.

    The command of an alert is the operator's own, and is left as it is.
    """
    bare, given = [], 0
    for folder in ("inspections", "dagster_project", "expectations"):
        for path in sorted((PROJECT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                    continue
                if ast.unparse(node.func) in ("subprocess.run", "subprocess.Popen"):
                    given += 1
                    if "env" not in {keyword.arg for keyword in node.keywords}:
                        bare.append(f"{path.relative_to(PROJECT)}:{ast.unparse(node.args[0])}")
    assert given > 6
    assert bare == ["dagster_project/alerts.py:shlex.split(command)"]
