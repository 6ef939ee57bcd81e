"""Documents as inspectorates print them, scored against the facts that they state.

The thresholds are a floor under what the readers do today: a change that loses facts, or that calls
a wrong row sure, fails here.
"""

import json
from pathlib import Path

import pytest

from inspections.intake import intake_document
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
