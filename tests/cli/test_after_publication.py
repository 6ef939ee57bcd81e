"""Once the file is in place the build has succeeded, whatever happens to what it prints."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest
from rich.console import Console

from dagster_project.assets import failing_in_plain_words
from inspections.cli import build as build_command
from inspections.cli.build import _Terminal, run_build
from inspections.cli.summary import summarise
from inspections.progress import IN_PLACE, listen, tell
from inspections.publication.check_results import Ledger
from inspections.publication.publish import _noting, publish
from inspections.settings import Settings
from tests.event_streams import DOCUMENT, write_event_files
from tests.published import Built


def event(event_type: str, event_id: str, day: str = "2021-01-01", **columns: str) -> dict:
    return {
        "event_type": event_type,
        "event_id": event_id,
        "occurred_on": day,
        "occurred_precision": "day" if day else "unknown",
        "recorded_at": "2026-01-01T00:00:00Z",
        "document_id": DOCUMENT,
        **columns,
    }


# An invented review of which nobody states the day.
LOG = [
    event("establishments_described", "E", establishment_id="ash", name="Ashmoor"),
    event("visits_held", "V1", visit_id="ash-2021", establishment_id="ash", visit_type="full_inspection"),
    event("recommendations_made", "R", recommendation_id="r1", visit_id="ash-2021", kind="recommendation", reference="1.1", text="Invented."),
    event("visits_held", "V2", "", visit_id="ash-review", establishment_id="ash", visit_type="independent_review_of_progress"),
    event("progress_judged", "J", "", visit_id="ash-review", recommendation_id="r1", scale="hmip_progress", judgement="good_progress"),
]  # fmt: skip


@pytest.fixture(scope="module")
def undated(published: Callable[..., Built], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a warehouse whose newest review has no day."""
    log = tmp_path_factory.mktemp("undated") / "log"
    write_event_files(LOG, log)
    settings = Settings.from_environment(
        events_dir=log, warehouse_path=published(log).warehouse, export=False, site=False
    )
    Ledger.start(settings)
    return settings


def test_a_review_without_a_day_is_summed_up(undated: Settings) -> None:
    """The year of no day was asked for, and a build that had published ended with exit code 1."""
    said = io.StringIO()
    summarise(Console(file=said, width=150), undated, 1.0)
    words = " ".join(said.getvalue().split())
    assert "Ashmoor, independent review of progress: recommendations today" in words


@pytest.fixture
def build(undated: Settings, tmp_path: Path) -> Settings:
    """A build of which the steps are done: the job itself is tested elsewhere."""
    settings = undated.replaced(warehouse_path=tmp_path / "warehouse.duckdb")
    for file in undated.data_dir.glob("build.duckdb*"):
        if file.is_file():
            os.link(file, tmp_path / file.name)
    return settings


def steps(settings: Settings, failure: str = "") -> Callable[[Settings, Path], str]:
    def execute(given: Settings, log_path: Path) -> str:
        assert given.warehouse_path == settings.warehouse_path
        publish(given, 1)
        return failure

    return execute


def test_a_fault_of_the_summary_is_told_and_the_build_has_succeeded(
    build: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise AttributeError("'NoneType' object has no attribute 'year'")

    monkeypatch.setattr(build_command, "_execute", steps(build))
    monkeypatch.setattr(build_command, "summarise", broken)
    assert run_build(Console(), build) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "warehouse.duckdb. Its summary could not be printed (AttributeError)" in said
    assert "no attribute 'year'" in build.build_log_path.read_text("utf-8")


def test_a_failure_after_the_file_was_put_in_place_does_not_say_that_nothing_was_published(
    build: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build_command, "_execute", steps(build, "No; nothing was published."))
    assert run_build(Console(), build) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "was published, but a later step failed. No." in said
    assert "nothing was published" not in said
    monkeypatch.setattr(build_command, "_execute", lambda *_: "No; nothing was published.")
    assert run_build(Console(), build) == 1
    assert "stays as it was" in " ".join(capsys.readouterr().out.split())


def interrupted_query(*_: object) -> None:
    """Raise what DuckDB raises where Ctrl-C meets a query, as a test of the commands shows."""
    raise RuntimeError("Query interrupted") from KeyboardInterrupt()


def test_an_interrupt_after_the_file_was_put_in_place_says_so_alone(
    build: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was followed by "nothing was published", or taken for a fault of the summary."""
    monkeypatch.setattr(build_command, "_execute", steps(build))
    monkeypatch.setattr(build_command, "summarise", interrupted_query)
    assert run_build(Console(), build) == 130
    assert "Interrupted after the file was published." in capsys.readouterr().out


def test_an_interrupt_that_a_query_of_a_build_meets_is_no_fault_of_the_build(
    build: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build_command, "_execute", interrupted_query)
    with pytest.raises(KeyboardInterrupt):
        run_build(Console(), build)
    notes: list[str] = []
    with pytest.raises(KeyboardInterrupt), _noting(build.warehouse_path, notes):
        interrupted_query()
    assert notes == []
    with pytest.raises(KeyboardInterrupt), failing_in_plain_words(dg.build_op_context()):
        interrupted_query()


def test_a_reader_of_the_output_that_goes_away_does_not_end_the_build(tmp_path: Path) -> None:
    """``inspections build | head -1`` ended with exit code 1, published or not."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        terminal = _Terminal(file=stream)
        terminal.print("Nobody reads this.")
        terminal.print("Nor this.")
    assert terminal.quiet


def test_a_display_that_fails_does_not_fail_a_step() -> None:
    told = []

    def broken(*_: object) -> None:
        raise OSError("no terminal")

    stops = [listen(broken), listen(lambda step, *_: told.append(step))]
    try:
        tell(IN_PLACE, 1, 1)
    finally:
        for stop in stops:
            stop()
    assert told == [IN_PLACE]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="folders are exchanged on Linux")
def test_a_folder_that_cannot_be_replaced_is_a_note_of_a_publication(build: Settings) -> None:
    """It was raised after the rename: exit code 1, and "the last publication stays as it was"."""
    folder = build.data_dir / "pages"

    def write(warehouse: Path, new: Path) -> None:
        folder.write_text("of somebody else, made in the meantime")

    publication = publish(build, 1, beside_it={folder: write})
    assert publication.tables["events"] == len(LOG)
    assert len(publication.notes) == 1
    assert "pages/ beside it could not be replaced" in publication.notes[0]


def test_two_warehouses_of_one_folder_share_no_file(tmp_path: Path) -> None:
    """They overwrote each other's ``rejected_rows.csv`` and ``build.log``."""
    places: list[Path] = []
    for name in ("warehouse.duckdb", "a.duckdb", "b.duckdb", "a.db", "warehouse"):
        settings = Settings.from_environment(warehouse_path=tmp_path / name)
        places += [
            value
            for attribute in dir(Settings)
            if isinstance(getattr(Settings, attribute), property)
            and isinstance(value := getattr(settings, attribute), Path)
            and value != settings.data_dir
        ]
    assert len(places) >= 40
    assert len(places) == len(set(places))
    own = Settings.from_environment(warehouse_path=tmp_path / "a.duckdb")
    assert own.rejected_rows_path.name == "a.rejected_rows.csv"
    assert own.build_log_path.name == "a.build.log"
