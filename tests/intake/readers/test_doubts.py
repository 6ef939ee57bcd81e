"""Remarks and doubts in notes, and when intake asks no one. The documents are invented."""

import pickle
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inspections.cli.main import app
from inspections.intake.document_types import read_document
from inspections.intake.doubts import doubt_rows
from inspections.intake.drafting import Draft
from inspections.intake.rows import NOTE, reasons_of, with_doubt
from inspections.intake.text.model import Block, CutOff, Remark
from inspections.review.folder.proposal import read_note
from inspections.settings import PROJECT

INVENTED = PROJECT / "tests" / "invented_reports"
REVIEW = INVENTED / "harrowfell_2020_review.txt"
FINDING = "we made the following judgements"
STRAY = (
    "The kitchen was rebuilt in the spring after a long wait, and the new ovens were in daily use."
)


@pytest.mark.parametrize(
    ("reason", "asked"),
    [
        (Remark("its area is not known"), []),
        ("its area is not known", ["open"]),
        (Remark("in words that no rule has seen"), []),
        ("in words that no rule has seen", ["open"]),
    ],
)
def test_a_reason_asks_by_its_kind_and_not_by_its_words(reason: str, asked: list[str]) -> None:
    """A list of known words decided which notes were remarks: a new word made one a question."""
    reading = read_document(REVIEW)
    row = reading.proposal.rows["findings_recorded"][0]
    with_doubt(row, reason)
    doubt_rows(reading)
    assert [each.check for each in reading.comparisons if each.needs_person] == asked
    # The note itself is the same.
    assert row[NOTE].startswith(f"check: {reason}; rests on")


@pytest.mark.parametrize("is_remark_first", [False, True])
def test_of_a_remark_and_a_doubt_in_the_same_words_the_doubt_stays(is_remark_first: bool) -> None:
    words = "its area is not known"
    first, second = (Remark(words), words) if is_remark_first else (words, Remark(words))
    together, later = Draft("wexmarsh", "invented"), Draft("wexmarsh", "invented")
    block = Block("A finding.", 1)
    together.add("findings_recorded", "one", None, "1.1", block, "A finding.", [first, second])
    later.add("findings_recorded", "one", None, "1.1", block, "A finding.", [first])
    (row,) = together.proposal.rows["findings_recorded"]
    (row_of_later,) = later.proposal.rows["findings_recorded"]
    with_doubt(row_of_later, second)
    assert row == row_of_later
    for each in (row, row_of_later):
        assert [type(reason) for reason in reasons_of(each)] == [str]


@pytest.mark.parametrize(("reason", "count"), [(CutOff("it ends early"), 1), ("it ends early", 2)])
def test_only_a_text_that_is_said_to_be_cut_off_gets_no_more_doubts(
    reason: str, count: int
) -> None:
    reading = read_document(REVIEW)
    row = reading.proposal.rows["findings_recorded"][0]
    row["text"] = row["text"].rstrip(".")
    with_doubt(row, reason)
    doubt_rows(reading)
    assert len(reasons_of(row)) == count


def test_kinds_of_reasons_come_back_from_another_process() -> None:
    reading = read_document(REVIEW)
    row = reading.proposal.rows["visits_held"][0]
    returned = pickle.loads(pickle.dumps(row))
    assert [type(reason) for reason in reasons_of(returned)] == [Remark]


@pytest.mark.parametrize(
    "name", ["harrowfell_2024_inspection", "sallowmere_2019", "thornwick_2024"]
)
def test_the_review_page_shows_the_reasons_that_intake_gave(name: str) -> None:
    """A remark with a semicolon became two: the page listed its end as a reason of its own."""
    reading = read_document(INVENTED / f"{name}.txt")
    rows = [row for each in reading.proposal.rows.values() for row in each]
    assert [read_note(row[NOTE])[1] for row in rows] == [reasons_of(row) for row in rows]


@pytest.mark.parametrize(
    ("printed", "copied", "exit_code", "said"),
    [
        # Its rows have remarks, and no doubt.
        ("", "", 0, ""),
        (FINDING, f"{FINDING} Page 3 of 40", 3, "it contains words of a page header or footer"),
        ("Contents\n", f"{STRAY}\n\nContents\n", 3, "1 piece(s) of the text became no rows"),
    ],
    ids=["sure", "a doubted row", "unread text"],
)
def test_intake_ends_with_0_only_if_every_row_is_sure_and_no_text_is_unread(
    tmp_path: Path, printed: str, copied: str, exit_code: int, said: str
) -> None:
    """Nothing else in these documents asks a person."""
    text = REVIEW.read_text(encoding="utf-8")
    assert printed in text
    document = tmp_path / "document.txt"
    document.write_text(text.replace(printed, copied, 1) if printed else text, encoding="utf-8")
    taken = CliRunner().invoke(app, ["intake", str(document), "--out", str(tmp_path / "proposal")])
    assert taken.exit_code == exit_code, taken.output
    assert said in " ".join(taken.output.split())
