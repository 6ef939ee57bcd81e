"""A folder of documents: one proposal each, a summary, and going on where it stopped."""

import csv
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inspections.cli.main import app
from tests.intake.test_against_log import CHAIN, INVENTED, Log
from tests.intake.test_documents import rows_of


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
    assert "holds no document; expected files ending in .txt, .md, .pdf" in str(
        taken.output or taken.exception
    )
