"""The page on which a person reviews a proposal: whole in itself, by keyboard, on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inspections.intake import intake_document
from inspections.settings import PROJECT
from tests.pages.test_pages import Look, in_a_browser
from tests.pages.test_pages import look as opened

INSPECTION = PROJECT / "tests" / "invented_reports" / "harrowfell_2024_inspection.txt"
MARKUP = "<script>document.title='run'</script>"


@pytest.fixture(scope="module")
def look() -> Iterator[Look]:
    yield from opened.__wrapped__()


@pytest.fixture(scope="module")
def proposal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a proposal that needs a person, of a document that holds markup."""
    folder = tmp_path_factory.mktemp("proposal")
    text = INSPECTION.read_text(encoding="utf-8")
    text = text.replace("identified five key", "identified seven key")
    text = text.replace("Meals were cold", f"Meals {MARKUP} were cold")
    report = folder / "report.txt"
    report.write_text(text.replace("4.1 Only", "4.1 The pool was dry. Only"), encoding="utf-8")
    assert intake_document(report, folder / "out").code == 3
    return folder / "out" / "review.html"


def test_the_page_holds_no_markup_of_the_document_and_needs_no_other_file(proposal: Path) -> None:
    content = proposal.read_text(encoding="utf-8")
    assert MARKUP not in content and "&lt;script&gt;" in content
    assert "<script" not in content and "<link rel=\"stylesheet\"" not in content  # fmt: skip


@in_a_browser
def test_axe_finds_nothing_and_no_width_is_too_small(look: Look, proposal: Path) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for width, scheme in ((1200, "light"), (1200, "dark"), (360, "light")):
        page = look.at(proposal, width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = axe.run(page, options={"preload": False}).response["violations"]
        page.context.close()
        assert not [(rule["id"], rule["nodes"][0]["html"]) for rule in found], (width, scheme)
    assert set(look.requests) == {proposal.as_uri()}


@in_a_browser
def test_it_is_worked_by_keyboard_and_leads_to_the_text(look: Look, proposal: Path) -> None:
    page = look.at(proposal)
    page.locator("details.proposed summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.proposed").first.evaluate("each => each.open")
    decisions = page.locator("section[aria-labelledby=decisions] li")
    assert "states 7 for concerns raised, 5 were read" in decisions.first.inner_text()
    # Each sentence that became a row is marked; of two, the figure's alone with its finding.
    piece = page.locator(".piece", has_text="3.3 Drones had dropped drugs 31 times")
    assert piece.locator("mark").inner_text() == "Drones had dropped drugs 31 times in six months."
    assert piece.locator("details").count() == 3
    assert page.title().startswith("Review: Report on an unannounced inspection of HMP Harrowfell")
    page.context.close()
