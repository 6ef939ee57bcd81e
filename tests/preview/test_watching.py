"""``preview --watch``: another preview at each change, and open pages that reload themselves."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from inspections.files import replace_file
from inspections.preview.watching import changes
from inspections.settings import Settings
from tests.pages.test_pages import BROWSER, FLAGS, in_a_browser
from tests.preview.test_preview import PRISON, described, small_log, write_rows

__all__ = ["small_log"]

# A loaded machine takes its time.
_LONGEST = 240


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _LONGEST
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.05)


def test_it_waits_for_files_that_a_preview_reads_and_for_no_other(
    small_log: Path, tmp_path: Path
) -> None:
    """An append stages hidden files in the log's folder: they must not start a preview each."""
    batch = tmp_path / "batch"
    file = write_rows(batch / "establishments_described.csv", **described("B"))
    warehouse = batch / "data" / "warehouse.duckdb"
    settings = Settings.from_environment(events_dir=small_log, warehouse_path=warehouse)
    (batch / "data" / "preview").mkdir(parents=True)
    found = changes(settings, [batch])
    next(found)
    (small_log / ".append-establishments_described.csv").write_text("staged")
    (batch / "data" / "preview" / "index.html").write_text("a page")
    (batch / "data" / ".preview.lock").write_text("1")
    # An editor puts a new file in the old one's place.
    replace_file(file, file.read_bytes() + b"\n")
    next(found)
    changed = small_log / "establishments_described.csv"
    changed.write_text(changed.read_text())
    next(found)
    found.close()


@pytest.fixture
def watching(small_log: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A preview that watches a batch of one file, which is no folder."""
    file = write_rows(
        tmp_path / "batch" / "establishments_described.csv", **described("First", day="2021-01-01")
    )
    output = tmp_path / "output.txt"
    with output.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [
                str(Path(sys.executable).with_name("inspections")),
                *("preview", str(file), "--watch", "--events", str(small_log)),
                *("--warehouse", str(tmp_path / "data" / "warehouse.duckdb")),
            ],
            stdout=stream,
            stderr=subprocess.STDOUT,
            env={**os.environ, "COLUMNS": "200", "PYTHONUNBUFFERED": "1"},
            # A shell that runs tests in the background has them ignore interrupts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        try:
            yield process, output  # type: ignore[misc]
        finally:
            process.kill()
            process.wait()


def previews_in(output: Path) -> int:
    return output.read_text("utf-8").count("Watching the log")


@pytest.mark.slow
def test_it_previews_again_at_each_change_until_interrupted(
    watching: tuple[subprocess.Popen[str], Path], tmp_path: Path
) -> None:
    process, output = watching
    file = tmp_path / "batch" / "establishments_described.csv"
    page = tmp_path / "data" / "preview" / "prisons" / f"{PRISON}.html"
    wait_for(lambda: previews_in(output) == 1, "the first preview")
    assert "First" in page.read_text("utf-8")
    write_rows(file, **described("Second", day="2021-01-01"))
    wait_for(lambda: previews_in(output) == 2, "the second preview")
    assert "Second" in page.read_text("utf-8")
    # What cannot be read is told, and the last preview stays.
    file.write_text("no header of ours\n")
    wait_for(lambda: previews_in(output) == 3, "the complaint")
    assert "the header lacks" in output.read_text("utf-8")
    assert "Second" in page.read_text("utf-8")
    process.send_signal(signal.SIGINT)
    assert process.wait(_LONGEST) == 130
    assert "Interrupted; the last preview stays." in output.read_text("utf-8")


@in_a_browser
def test_an_open_page_reloads_itself(
    watching: tuple[subprocess.Popen[str], Path], tmp_path: Path
) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    _, output = watching
    page_path = tmp_path / "data" / "preview" / "prisons" / f"{PRISON}.html"
    wait_for(lambda: previews_in(output) == 1, "the first preview")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=BROWSER, args=FLAGS)
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(page_path.as_uri())
        assert "First" in page.content()
        write_rows(
            tmp_path / "batch" / "establishments_described.csv",
            **described("Second", day="2021-01-01"),
        )
        page.wait_for_selector("h1:has-text('Second')", timeout=_LONGEST * 1000)
        assert complaints == []
        browser.close()
