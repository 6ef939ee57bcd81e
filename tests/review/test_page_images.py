"""Where words stand on the pages of a PDF; the document is invented."""

from pathlib import Path

import pytest
from fpdf import FPDF

from inspections.review.page_images import PageError, PageImages

SENTENCE = "The showers on the second landing had been out of order since Christmas"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A sentence on the first page, and one that goes on over the page break."""
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    pdf.add_page()
    pdf.text(40, 60, SENTENCE[:40])
    pdf.text(40, 66, SENTENCE[40:])
    pdf.text(40, 250, "Nobody could say when the showers of the first")
    pdf.add_page()
    pdf.text(40, 30, "landing would be repaired by the contractor.")
    pdf.output(str(tmp_path / "document.pdf"))
    return tmp_path / "document.pdf"


def test_words_are_outlined_line_by_line_where_they_are_printed(document: Path) -> None:
    images = PageImages()
    first, second = images.places(document, 1, f"{SENTENCE}.")
    # Millimetres of the text's baseline, as points from the page's top left.
    for box, baseline in ((first, 60), (second, 66)):
        left, top, right, bottom = box
        assert abs(left - 40 * 72 / 25.4) < 4
        assert top < baseline * 72 / 25.4 < bottom + 2 and bottom - top < 20
        assert right > left
    assert images.places(document, 2, SENTENCE) == []
    assert images.places(document, 1, "Words that no page holds, however long they are") == []


def test_what_goes_on_over_a_page_break_is_outlined_on_both_pages(document: Path) -> None:
    """The rest of the page, with its foot, was outlined with it."""
    images = PageImages()
    words = "Nobody could say when the showers of the first landing would be repaired by the contractor."
    (head,) = images.places(document, 1, words)
    (tail,) = images.places(document, 2, words, goes_on=True)
    assert head[1] > 600 and tail[1] < 120
    assert not images.stand_whole(document, 1, words)
    # A sentence that stands whole on the page before goes on nowhere.
    assert images.stand_whole(document, 1, SENTENCE)
    assert images.places(document, 2, SENTENCE, goes_on=True) == []


def test_a_page_is_a_picture_and_no_other_page_is_there(document: Path) -> None:
    images = PageImages()
    assert images.image(document, 1).startswith(b"\x89PNG")
    assert len(images.sizes(document)) == 2
    for page in (0, 3):
        with pytest.raises(PageError, match="has no page"):
            images.image(document, page)
    (document.parent / "no.pdf").write_bytes(b"no PDF")
    with pytest.raises(PageError, match="no PDF that can be shown"):
        images.sizes(document.parent / "no.pdf")
