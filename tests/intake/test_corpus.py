"""Documents as inspectorates print them, scored against the facts that they state.

The thresholds are a floor under what the readers do today: a change that loses facts, or that calls
a wrong row sure, fails here.
"""

import csv
import json
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from inspections.intake import intake_document
from inspections.intake.document_types import read_document
from tests.intake.scoring import score

CORPUS = Path(__file__).parent / "corpus"
DOCUMENTS = sorted(
    path for path in CORPUS.iterdir() if path.suffix in (".pdf", ".txt", ".docx", ".odt", ".html")
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.name for path in DOCUMENTS])
def test_a_document_is_read_whole_and_nothing_wrong_is_called_sure(
    tmp_path: Path, document: Path
) -> None:
    """Running heads took headings with them, tables were read as lines: a third was lost."""
    truth = json.loads((CORPUS / f"{document.stem}.truth.json").read_text(encoding="utf-8"))
    result = intake_document(document, tmp_path / "proposal")
    read = score(truth, tmp_path / "proposal")
    said = "\n".join(read.lines)
    assert read.recall >= 0.95, said
    assert read.precision >= 0.98, said
    assert read.total["silent"] == 0, said
    assert len(result.messages) <= 10, result.messages
    is_whole = not (read.total["wrong"] or read.total["damaged"] or read.total["missing"])
    assert result.code == 3 or (result.code == 0 and is_whole), said


@pytest.mark.parametrize(
    ("name", "dropped", "says"),
    [
        # The last page of a section: its numbers leave no gap behind them.
        ("a_full_2023_sallowby", 12, "printed number(s) 12 are not in the file"),
        ("a_full_2023_sallowby", 6, "printed number(s) 6 are not in the file"),
        # «Page 6 of 7» is the last one that is left.
        ("own_scrutiny_2021_fallowfield", 7, "printed number(s) 7 are not in the file"),
        ("own_scrutiny_2021_fallowfield", 5, "«Part 1: Safety»"),
        # The last row goes on, with the table of totals, on the page that is gone.
        ("f2_action_plan_2020_unruled", 6, "its text breaks off within a word"),
    ],
)
def test_a_document_without_one_of_its_pages_is_never_complete(
    tmp_path: Path, name: str, dropped: int, says: str
) -> None:
    """A report that lacked a section's last page was read with exit 0."""
    pdf = pdfium.PdfDocument(CORPUS / f"{name}.pdf")
    pdf.del_page(dropped - 1)
    pdf.save(str(tmp_path / "report.pdf"))
    asked = [
        each.detail
        for each in read_document(tmp_path / "report.pdf").comparisons
        if each.needs_person
    ]
    assert any(says in detail for detail in asked), asked


def test_what_a_scrutiny_visit_raised_is_not_surely_the_last_inspections(tmp_path: Path) -> None:
    """Its items hung on the last full inspection, and their verdicts were sure."""
    intake_document(CORPUS / "own_full_2022_eskmere.pdf", tmp_path / "proposal")
    for event_type in ("recommendations_made", "progress_judged"):
        with (tmp_path / "proposal" / f"{event_type}.csv").open(encoding="utf-8") as file:
            rows = [
                row
                for row in csv.DictReader(file)
                if row["recommendation_id"] in ("eskmere-2018-S1", "eskmere-2018-S2")
            ]
        assert len(rows) == 2
        assert all("a scrutiny visit raised it" in row["intake_note"] for row in rows)
