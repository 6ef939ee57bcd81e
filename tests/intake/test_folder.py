"""A folder of documents: one proposal each, a summary, and going on where it stopped."""

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inspections.cli.main import app
from inspections.intake import folder as folder_runs
from inspections.intake import processes
from inspections.intake.folder import documents_in
from inspections.intake.reading import Reading
from inspections.intake.text.lines import NotAReportError
from inspections.settings import PROJECT
from tests.intake.test_against_log import CHAIN, INVENTED, Log
from tests.intake.test_documents import rows_of

pytestmark = pytest.mark.minutes(0.5)

COMMAND = [sys.executable, "-c", "from inspections.cli.main import main; main()"]


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for name in CHAIN:
        shutil.copy(INVENTED / f"harrowfell_{name}.txt", folder)
    (folder / "shopping.txt").write_text("A shopping list\n\nMilk\n")
    return folder


def summary(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        return {row["document"]: row for row in csv.DictReader(file)}


def test_each_document_of_a_folder_gets_a_proposal_and_a_line(
    tmp_path: Path, documents: Path
) -> None:
    log = Log(tmp_path / "log")
    taken = log.run("intake", documents, "--out", tmp_path / "proposals")
    # One was refused; the others were read all the same.
    assert taken.exit_code == 3
    assert "6 documents, 5 proposals, 1 of which need a person" in taken.output
    lines = summary(tmp_path / "proposals")
    inspection = lines["harrowfell_2024_inspection.txt"]
    assert (
        inspection["document_type"],
        inspection["prison"],
        inspection["days"],
        inspection["rows"],
        inspection["text_share"],
        inspection["needs_person"],
    ) == ("full_inspection", "HMP Harrowfell", "8–19 July 2024", "75", "100%", "0")
    assert lines["shopping.txt"]["state"] == "refused"
    assert len(rows_of(tmp_path / "proposals" / inspection["folder"])["outcomes_judged"]) == 13


def test_run_again_it_takes_up_what_changed_and_leaves_what_was_edited(
    tmp_path: Path, documents: Path
) -> None:
    log = Log(tmp_path / "log")
    out = tmp_path / "proposals"
    log.run("intake", documents, "--out", out)
    again = log.run("intake", documents, "--out", out)
    states = {name: line["state"] for name, line in summary(out).items()}
    assert set(states.values()) == {"unchanged", "refused"}, again.output
    edited = out / "harrowfell-2022-inspection" / "visits_held.csv"
    edited.write_text(edited.read_text(encoding="utf-8").replace("2022-07-04", "2022-07-05"))
    kept = edited.read_bytes()
    first = out / "harrowfell-2019-inspection"
    assert log.run("append", first, "--document", first / "report.txt").exit_code == 0
    log.run("intake", documents, "--out", out)
    lines = summary(out)
    assert lines["harrowfell_2022_inspection.txt"]["state"] == "edited"
    assert edited.read_bytes() == kept
    # The log knows its facts now: the document that stated them has nothing to add.
    assert lines["harrowfell_2019_inspection.txt"]["state"] == "nothing new"
    assert int(lines["harrowfell_2020_review.txt"]["confirms"]) > 0


@pytest.mark.slow
def test_a_folder_entered_one_by_one_in_any_order_is_the_chain(
    tmp_path: Path, documents: Path
) -> None:
    log = Log(tmp_path / "log")
    out = tmp_path / "proposals"
    for name in ("2022_inspection", "2019_action_plan", "2024_inspection"):
        log.run("intake", documents, "--out", out)
        proposal = out / f"harrowfell-{name.replace('_', '-')}"
        appended = log.run("append", proposal, "--document", proposal / "report.txt")
        assert appended.exit_code == 0, appended.output
    log.run("intake", documents, "--out", out)
    states = {name: line["state"] for name, line in summary(out).items()}
    assert states["harrowfell_2022_inspection.txt"] == "nothing new"
    assert states["harrowfell_2020_review.txt"] == "proposed"


def test_a_folder_without_documents_says_what_was_expected(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    taken = CliRunner().invoke(
        app, ["intake", str(tmp_path / "empty"), "--out", str(tmp_path / "out")]
    )
    assert taken.exit_code == 1
    assert (
        "holds no document; expected files ending in .txt, .md, .pdf, .docx, .odt, .html, .htm"
        in str(taken.output or taken.exception)
    )


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process: what these tests are about does not hang on others."""
    monkeypatch.setattr(os, "cpu_count", lambda: 1)


def placed(folder: Path, name: str, source: str) -> Path:
    """Put an invented document into a folder under another name."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(INVENTED / f"harrowfell_{source}.txt", folder / name)
    return folder / name


@pytest.mark.usefixtures("in_process")
def test_documents_of_one_name_are_told_apart_by_their_content(tmp_path: Path) -> None:
    """Two ``report.txt`` were taken for each other: one was never read, and asked nothing."""
    log = Log(tmp_path / "log")
    out = tmp_path / "proposals"
    placed(tmp_path / "june" / "north", "report.txt", "2024_inspection")
    placed(tmp_path / "june" / "south", "report.txt", "2020_review")
    placed(tmp_path / "june" / "south", "the same again.txt", "2020_review")
    taken = log.run("intake", tmp_path / "june", "--out", out)
    lines = summary(out)
    assert {name: line["state"] for name, line in lines.items()} == {
        "north/report.txt": "proposed",
        "south/report.txt": "proposed",
        "south/the same again.txt": "copy",
    }
    assert lines["north/report.txt"]["folder"] != lines["south/report.txt"]["folder"]
    assert lines["south/the same again.txt"]["folder"] == lines["south/report.txt"]["folder"]
    assert "north/report.txt" in taken.output
    june = {path.name for path in out.iterdir()}
    # The next month's document has the same name; a person has worked on the first one.
    edited = out / lines["north/report.txt"]["folder"] / "visits_held.csv"
    edited.write_text(edited.read_text("utf-8").replace("2024", "2023"), "utf-8")
    placed(tmp_path / "july", "report.txt", "2022_inspection")
    log.run("intake", tmp_path / "july", "--out", out)
    july = summary(out)["report.txt"]
    assert (july["state"], july["days"]) == ("proposed", "4–15 July 2022")
    assert july["folder"] not in june
    log.run("intake", tmp_path / "june", "--out", out)
    assert {name: line["state"] for name, line in summary(out).items()} == {
        "north/report.txt": "edited",
        "south/report.txt": "unchanged",
        "south/the same again.txt": "copy",
    }


@pytest.mark.usefixtures("in_process")
def test_what_was_asked_once_is_asked_until_it_is_answered(tmp_path: Path) -> None:
    """A second run of another batch lost the questions of the first: its exit code was 0."""
    log = Log(tmp_path / "log")
    out = tmp_path / "proposals"
    asks = placed(tmp_path / "june", "report.txt", "2024_inspection")
    asks.write_text(asks.read_text("utf-8").replace("Addressed", "Mostly done", 1), "utf-8")
    placed(tmp_path / "july", "report.txt", "2019_action_plan")
    assert log.run("intake", tmp_path / "june", "--out", out).exit_code == 3
    asked = summary(out)["report.txt"]["needs_person"]
    assert log.run("intake", tmp_path / "july", "--out", out).exit_code == 0
    again = log.run("intake", tmp_path / "june", "--out", out)
    line = summary(out)["report.txt"]
    assert (line["state"], line["needs_person"], again.exit_code) == ("unchanged", asked, 3)


@pytest.mark.usefixtures("in_process")
def test_proposals_within_the_folder_are_no_documents(tmp_path: Path) -> None:
    """With --out in the folder of documents, each run read the proposals of the one before."""
    log = Log(tmp_path / "log")
    inbox = tmp_path / "inbox"
    placed(inbox, "report.txt", "2019_action_plan")
    for out in (inbox / "proposals", inbox / "proposals", inbox, inbox / "other" / "deep"):
        log.run("intake", inbox, "--out", out)
        assert list(summary(out)) == ["report.txt"]
    (inbox / ".hidden.txt").write_text("no document")
    (inbox / "~$report.docx").write_text("a word processor's lock")
    assert [each.shown for each in documents_in([inbox], inbox / "proposals")] == ["report.txt"]


@pytest.mark.usefixtures("in_process")
def test_one_document_that_breaks_its_reader_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PDF whose table crosses the page's edge ended the whole run with a traceback."""
    log = Log(tmp_path / "log")
    inbox = tmp_path / "inbox"
    placed(inbox, "a.txt", "2019_action_plan")
    placed(inbox, "b.txt", "2020_review")
    # Cross-references that lead nowhere, as of a file that was cut off while it was copied.
    (inbox / "c.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n99999\n%%EOF")

    def fails(*_: object) -> Reading:
        raise IndexError("list index out of range")

    from inspections.intake import document_types

    broken = [
        replace(each, read=fails) if each.code == "independent_review_of_progress" else each
        for each in document_types.DOCUMENT_TYPES
    ]
    monkeypatch.setattr(document_types, "DOCUMENT_TYPES", tuple(broken))
    taken = log.run("intake", inbox, "--out", tmp_path / "out")
    states = {name: line["state"] for name, line in summary(tmp_path / "out").items()}
    assert states == {"a.txt": "proposed", "b.txt": "refused", "c.pdf": "refused"}
    assert "IndexError: list index out of range" in taken.output
    assert (taken.exit_code, "Traceback" in taken.output) == (3, False)


def ends_its_process(path: Path) -> Reading | NotAReportError:
    """Read a document, or end the process as a crash of a library does."""
    if path.name.startswith("crash"):
        os._exit(11)
    return NotAReportError(f"{path.name} was read.")


@pytest.mark.slow
def test_a_document_that_ends_its_process_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_read", ends_its_process)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    names = ["a", "crash-1", "b", "crash-2"]
    with processes.Readings([tmp_path / name for name in names]) as readings:
        told = [str(each) for each in readings]
    assert ["was read" in each for each in told] == [True, False, True, False]
    assert "crash-1 cannot be read: the process that reads it is ended from outside" in told[1]


@pytest.mark.usefixtures("in_process")
def test_a_proposal_is_made_anew_when_the_words_of_the_seeds_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """«Add it to seeds/areas.csv», a message says; the next run left the proposal as it was."""
    log = Log(tmp_path / "log")
    placed(tmp_path / "inbox", "report.txt", "2019_action_plan")
    out = tmp_path / "out"
    log.run("intake", tmp_path / "inbox", "--out", out)
    project = tmp_path / "project"
    shutil.copytree(PROJECT / "seeds", project / "seeds")
    for wanted in ("unchanged", "proposed"):
        if wanted == "proposed":
            with (project / "seeds" / "areas.csv").open("a") as file:
                file.write("invented_area,Invented area,,\n")
            monkeypatch.setattr(folder_runs, "PROJECT", project)
            folder_runs._reader_digest.cache_clear()
        log.run("intake", tmp_path / "inbox", "--out", out)
        assert summary(out)["report.txt"]["state"] == wanted
    folder_runs._reader_digest.cache_clear()


def test_a_changed_type_of_document_is_another_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A heading that a steward added was not known to documents that were read before."""
    shutil.copytree(PROJECT / "seeds", tmp_path / "seeds", ignore=lambda *_: {"events"})
    monkeypatch.setenv("SEEDS_DIR", str(tmp_path / "seeds"))
    folder_runs._reader_digest.cache_clear()
    before = folder_runs._reader_digest()
    (tmp_path / "document_types").mkdir()
    (tmp_path / "document_types" / "own.yml").write_text("body: own\nnamed: [Own]\n", "utf-8")
    folder_runs._reader_digest.cache_clear()
    assert folder_runs._reader_digest() != before
    folder_runs._reader_digest.cache_clear()


@pytest.mark.usefixtures("in_process")
@pytest.mark.parametrize(
    "name",
    [".DS_Store", "._visits_held.csv", "Thumbs.db", "desktop.ini", ".~lock.visits_held.csv#"],
)
def test_what_a_desktop_leaves_is_no_edit(tmp_path: Path, name: str) -> None:
    log = Log(tmp_path / "log")
    document = placed(tmp_path / "inbox", "report.txt", "2019_action_plan")
    out = tmp_path / "out"
    log.run("intake", tmp_path / "inbox", "--out", out)
    (out / "report" / name).write_text("left by looking at the folder")
    log.run("intake", tmp_path / "inbox", "--out", out)
    assert summary(out)["report.txt"]["state"] == "unchanged"
    # A single document's folder is replaced over it, too.
    assert log.run("intake", document, "--out", out / "report").exit_code == 0
    # A file that a person took away is an edit.
    (out / "report" / "review.html").unlink()
    assert log.run("intake", document, "--out", out / "report").exit_code == 1


@pytest.mark.usefixtures("in_process")
def test_a_document_that_is_refused_leaves_no_proposal_behind(tmp_path: Path) -> None:
    """The proposal of the file's earlier content stayed, as if it were of what is there now."""
    log = Log(tmp_path / "log")
    inbox = tmp_path / "inbox"
    names = {
        "kept.txt": "2024_inspection",
        "gone.txt": "2020_review",
        "edited.txt": "2022_inspection",
    }
    for name, source in names.items():
        placed(inbox, name, source)
    out = tmp_path / "out"
    log.run("intake", inbox, "--out", out)
    review = out / "edited" / "visits_held.csv"
    review.write_text(review.read_text("utf-8") + "\n", "utf-8")
    for name in ("gone.txt", "edited.txt"):
        (inbox / name).write_bytes(b"\xff\xfe not a document")
        (inbox / name).write_text(f"A shopping list\n\n{name}\n")
    taken = log.run("intake", inbox, "--out", out)
    assert {path.name for path in out.iterdir() if path.is_dir()} == {"kept", "edited"}
    lines = summary(out)
    assert (lines["gone.txt"]["state"], lines["gone.txt"]["folder"]) == ("refused", "")
    assert lines["edited.txt"]["state"] == "refused"
    assert "edited/ holds a proposal from before this document was refused" in taken.output
    # A later state of a document replaces the earlier one in its place.
    kept = inbox / "kept.txt"
    kept.write_text(kept.read_text("utf-8").replace("Addressed", "Partially addressed", 1), "utf-8")
    log.run("intake", inbox, "--out", out)
    assert (summary(out)["kept.txt"]["state"], summary(out)["kept.txt"]["folder"]) == (
        "proposed",
        "kept",
    )


@pytest.mark.slow
def test_an_interrupted_run_says_what_is_done(tmp_path: Path, documents: Path) -> None:
    """Ctrl-C printed a worker's traceback, then «nothing was proposed» beside five proposals."""
    out = tmp_path / "out"
    for number in range(40):
        text = (documents / "harrowfell_2024_inspection.txt").read_text("utf-8")
        (documents / f"more_{number:02}.txt").write_text(f"{text}\nCopy {number}\n", "utf-8")
    (tmp_path / "log").mkdir()
    shutil.copy(PROJECT / "seeds" / "events" / "visits_held.csv", tmp_path / "log")
    command = [*COMMAND, "intake", str(documents), "--out", str(out)]
    run = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        # A shell starts what runs in the background with Ctrl-C ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    deadline = time.monotonic() + 600
    while run.poll() is None and time.monotonic() < deadline:
        if out.is_dir() and sum(path.is_dir() for path in out.iterdir()) >= 3:
            # As a terminal does: the whole group gets it.
            os.killpg(run.pid, signal.SIGINT)
            break
        time.sleep(0.02)
    said, _ = run.communicate(timeout=60)
    assert run.returncode == 130, said
    assert "Traceback" not in said
    assert "documents are done, and their proposals are in out/" in said
    assert len(summary(out)) >= 2
