"""Appending: through the gate, all or nothing, and nothing twice."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from inspections.log.adding.journal import JOURNAL, recover
from inspections.log.declaration import event_types
from inspections.settings import PROJECT
from tests.conftest import EVENTS, Built, run_inspections

DOCUMENT = "hmp-elmley-irp-2023-02"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    shutil.copytree(EVENTS, tmp_path / "events")
    return tmp_path / "events"


def batch(folder: Path, event_type: str, *rows: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{event_type}.csv"
    columns = event_types()[event_type].column_names
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, (*columns, "intake_note"), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def response(**values: str) -> dict[str, str]:
    """An answer to a recommendation; invented, and only ever put into a copy of the log."""
    return {
        "occurred_on": "2022-09-01",
        "occurred_precision": "day",
        "document_id": DOCUMENT,
        "recommendation_id": "elmley-2022-1.42",
        "response": "agreed",
        "intake_note": "a note that stays out of the log",
        **values,
    }


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_batch_is_stamped_and_named_and_the_same_batch_twice_is_recognised(
    log: Path, tmp_path: Path
) -> None:
    path = batch(tmp_path / "new", "responses_received", response(), response(text="a, b\nc"))
    first = run_inspections("append", str(path), "--events", str(log))
    assert first.returncode == 0, first.stdout + first.stderr
    assert "responses_received: 2 row(s) appended" in first.stdout
    assert "inspections build" in first.stdout
    with (log / "responses_received.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["recorded_at"] for row in rows} == {rows[0]["recorded_at"]}
    assert rows[0]["recorded_at"] > "2026-11-25T05:30:00Z"
    assert all(row["event_id"] for row in rows)
    assert "intake_note" not in rows[0]
    before = contents(log)
    second = run_inspections("append", str(path), "--events", str(log))
    assert second.returncode == 0
    assert "2 row(s) are in the log already" in second.stdout
    assert contents(log) == before


def test_one_rejected_row_keeps_the_whole_batch_out(log: Path, tmp_path: Path) -> None:
    before = contents(log)
    good = batch(tmp_path / "new", "responses_received", response())
    batch(
        tmp_path / "new",
        "progress_reported",
        {
            "occurred_on": "2022-13-01",
            "occurred_precision": "day",
            "document_id": DOCUMENT,
            "recommendation_id": "elmley-2022-1.42",
        },
    )
    result = run_inspections("append", str(good.parent), "--events", str(log))
    assert result.returncode == 1
    assert "progress_reported.csv, line 2, column occurred_on, value '2022-13-01'" in result.stdout
    assert contents(log) == before


def test_a_dry_run_shows_the_numbers_and_writes_nothing(log: Path, tmp_path: Path) -> None:
    before = contents(log)
    path = batch(tmp_path / "new", "responses_received", response(occurred_on="2023-03-01"))
    result = run_inspections("append", str(path), "--events", str(log), "--dry-run")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "recommendations insufficient progress: 3 → 2" in result.stdout
    assert "recommendations agreed: 0 → 1" in result.stdout
    assert contents(log) == before


def test_a_new_document_of_a_log_elsewhere_is_listed_beside_it(log: Path, tmp_path: Path) -> None:
    """It went into the project's own seeds, whatever log was named."""
    seeds = (PROJECT / "seeds" / "documents.csv").read_bytes()
    path = batch(tmp_path / "new", "responses_received", response(document_id="invented-letter"))
    (path.parent / "documents.csv").write_text(
        "document_id,title,body,file,source_address,licence\n"
        "invented-letter,An invented letter,hmip,,,\n"
    )
    result = run_inspections("append", str(path), "--events", str(log))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "invented-letter" in (log / "documents.csv").read_text("utf-8")
    assert (PROJECT / "seeds" / "documents.csv").read_bytes() == seeds


def test_a_list_of_new_documents_is_read_as_strictly_as_the_log(log: Path, tmp_path: Path) -> None:
    path = batch(tmp_path / "new", "responses_received", response(document_id="invented-letter"))
    before = contents(log)
    for content, told in (
        (b"invented-letter,L\x92,hmip,,,\n", "line 2"),
        (b"invented-letter,A letter, with a comma,hmip,,,\n", "the row has 7 fields; expected 6"),
    ):
        (path.parent / "documents.csv").write_bytes(
            b"document_id,title,body,file,source_address,licence\n" + content
        )
        result = run_inspections("append", str(path), "--events", str(log))
        assert result.returncode == 1
        assert told in result.stdout + result.stderr
        assert "Traceback" not in result.stdout + result.stderr
        assert contents(log) == before


def test_a_dry_run_with_a_new_text_finds_it_and_keeps_nothing(log: Path, tmp_path: Path) -> None:
    """The gate looked for a text that a dry run had not copied."""
    reports = Path(shutil.copytree(PROJECT / "reports", tmp_path / "reports"))
    path = batch(
        tmp_path / "new",
        "responses_received",
        response(document_id="invented-letter", paragraph="1.1"),
    )
    (path.parent / "documents.csv").write_text(
        "document_id,title,body,file,source_address,licence\n"
        "invented-letter,An invented letter,hmip,invented-letter.txt,,\n"
    )
    text = tmp_path / "letter.txt"
    text.write_text("- 1.1 An invented answer.\n")
    arguments = ("append", str(path), "--events", str(log), "--document", str(text))
    dry = run_inspections(*arguments, "--dry-run", REPORTS_DIR=str(reports))
    assert dry.returncode == 0, dry.stdout + dry.stderr
    assert not (reports / "invented-letter.txt").exists()
    assert run_inspections(*arguments, REPORTS_DIR=str(reports)).returncode == 0
    assert (reports / "invented-letter.txt").read_text() == text.read_text()


def test_an_interrupted_append_is_finished_or_forgotten(log: Path) -> None:
    before = contents(log)
    (log / ".append-visits_held.csv").write_text("half a file")
    assert "the log is unchanged" in recover(log)
    assert contents(log) == before
    (log / ".append-visits_held.csv").write_bytes(before["visits_held.csv"] + b"more\n")
    (log / JOURNAL).write_text('{"visits_held.csv": ".append-visits_held.csv"}')
    assert "in the log now" in recover(log)
    assert contents(log) == {
        **before,
        "visits_held.csv": before["visits_held.csv"] + b"more\n",
    }
    assert recover(log) == ""


KILLED = """
import os, signal, sys
from pathlib import Path
import inspections.log.adding.append as append
import inspections.log.adding.journal as journal
from inspections.log.adding.batch import Batch, BatchRow
from inspections.settings import Settings
calls = 0
def dying_sync(path, real=append.sync):
    global calls
    calls += 1
    if calls == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    real(path)
append.sync = journal.sync = dying_sync
names = "visits_held", "progress_judged"
rows = {
    name: [BatchRow("batch.csv", 2, {"event_id": f"invented-{name}"})] for name in names
}
settings = Settings.from_environment(events_dir=sys.argv[1])
staged = {}
append._stage(settings, rows, Batch(), staged)
journal.commit(settings.events_dir, staged)
"""


@pytest.mark.slow
@pytest.mark.parametrize("call", range(1, 8))
def test_killed_at_any_step_the_log_is_the_old_one_or_the_new(log: Path, call: int) -> None:
    before = contents(log)
    result = subprocess.run([sys.executable, "-c", KILLED, str(log), str(call)], cwd=PROJECT)
    assert result.returncode in (0, -signal.SIGKILL)
    recover(log)
    after = contents(log)
    grown = [name for name in before if after[name] != before[name]]
    assert grown in ([], ["progress_judged.csv", "visits_held.csv"]) or sorted(grown) == [
        "progress_judged.csv",
        "visits_held.csv",
    ]
    assert set(after) == set(before)


def test_two_appends_at_once_lose_nothing(log: Path, tmp_path: Path) -> None:
    paths = [
        batch(tmp_path / f"new{n}", "responses_received", response(event_id=f"answer-{n}"))
        for n in (1, 2)
    ]
    program = str(Path(sys.executable).with_name("inspections"))
    running = [
        subprocess.Popen([program, "append", str(path), "--events", str(log)]) for path in paths
    ]
    assert [process.wait() for process in running] == [0, 0]
    text = (log / "responses_received.csv").read_text("utf-8")
    assert "answer-1" in text and "answer-2" in text


def test_a_withdrawn_report_goes_and_comes_back_and_both_states_stay_askable(
    log: Path, published: Callable[..., Built]
) -> None:
    arguments = ("--document", DOCUMENT, "--events", str(log))
    gone = run_inspections("retract", *arguments, "--reason", "withdrawn")
    # 168 events cite it; one of them is not live, since another document corrects it.
    assert "167 row(s) appended" in gone.stdout, gone.stdout + gone.stderr
    again = run_inspections("retract", *arguments, "--reason", "withdrawn")
    assert again.returncode == 1
    assert "no live event" in again.stdout
    back = run_inspections("reinstate", *arguments, "--reason", "published again")
    assert "167 row(s) appended" in back.stdout
    built = published(log)
    instants = dict(built.rows("select event_type, min(recorded_at) from events group by all"))
    retracted, reinstated = instants["events_retracted"], instants["events_reinstated"]
    count = (
        "select count(*) from recommendation_status_as_of(date '2023-03-01', {})"
        " where establishment_id = 'elmley'"
    )
    assert built.rows(count.format(f"timestamp '{retracted}' - interval 1 microsecond")) == [(11,)]
    assert built.rows(count.format(f"timestamp '{retracted}'")) == [(0,)]
    assert built.rows(count.format(f"timestamp '{reinstated}'")) == [(11,)]
    assert built.rows(count.format("null")) == [(11,)]
    diff = run_inspections(
        "diff",
        "2026-11-25T05:30:00Z",
        f"{retracted.isoformat()}Z",
        "--warehouse",
        str(built.warehouse),
    )
    assert "recommendations insufficient progress: 3 → 0" in diff.stdout, diff.stderr


def test_a_lock_of_a_killed_append_blocks_nothing(log: Path, tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from inspections.log.adding.journal import log_lock\n"
            "with log_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)",
            str(log),
        ],
        stdout=subprocess.PIPE,
        cwd=PROJECT,
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    started = time.monotonic()
    path = batch(tmp_path / "new", "responses_received", response())
    assert run_inspections("append", str(path), "--events", str(log)).returncode == 0
    assert time.monotonic() - started < 55
