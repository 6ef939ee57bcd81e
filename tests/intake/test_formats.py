"""Word documents, OpenDocument texts and web pages: read as the same document as its text is."""

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from fpdf import FPDF
from odf.opendocument import OpenDocumentText
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import H, List, ListItem, Note, NoteBody, NoteCitation, P

from inspections.intake.document_types import read_document
from inspections.intake.reading import Reading
from inspections.intake.text.lines import NotAReportError
from inspections.intake.text.source import read_source
from tests.intake.report_pdfs import write_pdf
from tests.intake.test_documents import INVENTED

REPORT = (INVENTED / "harrowfell_2024_inspection.txt").read_text(encoding="utf-8")


def pieces(text: str) -> list[tuple[int, str]]:
    """The lines of an invented report: the level of a heading or 0, and the text."""
    found = []
    for line in text.splitlines():
        if bare := line.strip():
            marks = re.match(r"#+", bare)
            found.append((len(marks[0]) if marks else 0, bare.lstrip("# ").replace("**", "")))
    return found


def as_web_page(path: Path) -> Path:
    body = "\n".join(
        f"<h{level}>{escape(text)}</h{level}>" if level else f"<p>{escape(text)}</p>"
        for level, text in pieces(REPORT)
    )
    path.write_text(
        f"<!DOCTYPE html>\n<html><head><title></title></head><body><nav>HMP Otherham</nav>"
        f"<main>{body}</main><footer>1.1 HMP Otherham was poor.</footer></body></html>",
        encoding="utf-8",
    )
    return path


def as_word(path: Path) -> Path:
    document = docx.Document()
    for level, text in pieces(REPORT):
        if level:
            document.add_heading(text, level)
        else:
            document.add_paragraph(text)
    document.save(str(path))
    return path


def as_open_document(path: Path) -> Path:
    document = OpenDocumentText()
    for level, text in pieces(REPORT):
        piece = H(outlinelevel=level, text=text) if level else P(text=text)
        document.text.addElement(piece)
    document.save(str(path))
    return path


def rows(reading: Reading) -> dict[str, list[tuple[str, ...]]]:
    """The rows of a reading, without what says where they stand."""
    return {
        name: [tuple(v for key, v in row.items() if key != "intake_note") for row in own]
        for name, own in reading.proposal.rows.items()
    }


@pytest.mark.parametrize("made", [as_web_page, as_word, as_open_document])
def test_a_report_gives_the_same_rows_in_each_format(tmp_path: Path, made: object) -> None:
    assert callable(made)
    (tmp_path / "report.txt").write_text(REPORT, encoding="utf-8")
    wanted = rows(read_document(tmp_path / "report.txt"))
    found = rows(read_document(made(tmp_path / "report")))
    assert found == wanted


PLAN = [
    ("No.", "Key concern", "Action taken or planned", "Responsible owner", "Target date"),
    ("1", "There was too much violence.", "A strategy is published.", "Head of Safety", "Sep 2024"),
    ("", "", "Cameras will be fitted.", "Governor", "31/03/2025"),
    ("2", "Too few men worked.", "Places are reviewed weekly.", "Head of Work", "Ongoing"),
]
HEAD = (
    "Action Plan: HMP Harrowfell",
    "A Response to the HMIP Inspection: 8–19 July 2024",
    "Action Plan Submitted: 2 December 2024",
)
ANSWERS = [
    ("harrowfell-2024-1", "2024-09-01", "Head of Safety"),
    ("harrowfell-2024-1", "2025-03-31", "Governor"),
    ("harrowfell-2024-2", "", "Head of Work"),
]


def word_plan(path: Path) -> Path:
    document = docx.Document()
    for line in HEAD:
        document.add_paragraph(line)
    table = document.add_table(len(PLAN), 5)
    for row, texts in zip(table.rows, PLAN, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    # The concern's cells run over both of its actions.
    for column in (0, 1):
        table.cell(1, column).merge(table.cell(2, column))
    document.save(str(path))
    return path


def open_document_plan(path: Path) -> Path:
    document = OpenDocumentText()
    for line in HEAD:
        document.text.addElement(P(text=line))
    table = Table()
    for texts in PLAN:
        row = TableRow()
        for text in texts:
            cell = TableCell() if text else CoveredTableCell()
            cell.addElement(P(text=text))
            row.addElement(cell)
        table.addElement(row)
    document.text.addElement(table)
    document.save(str(path))
    return path


def web_plan(path: Path) -> Path:
    cells = "".join(
        "<tr>"
        + "".join(
            f"<td{' rowspan=2' if text in ('1', PLAN[1][1]) else ''}>{text}</td>"
            for text in texts
            if text
        )
        + "</tr>"
        for texts in PLAN
    )
    head = "".join(f"<p>{line}</p>" for line in HEAD)
    path.write_text(f"<html><body>{head}<table>{cells}</table></body></html>", encoding="utf-8")
    return path


@pytest.mark.parametrize("made", [word_plan, open_document_plan, web_plan])
def test_a_plan_in_each_format_gives_a_response_for_each_action(
    tmp_path: Path, made: object
) -> None:
    assert callable(made)
    reading = read_document(made(tmp_path / "plan"))
    answers = reading.proposal.rows["responses_received"]
    found = [
        (
            row["recommendation_id"],
            row["target_on"],
            re.findall(r"Responsible: (.+?)\.", row["text"])[0],
        )
        for row in answers
    ]
    assert found == ANSWERS
    # Some of its actions are a few words.
    assert not any(
        "few words" not in row["intake_note"]
        for row in answers
        if not row["intake_note"].startswith("sure")
    )


def test_the_numbers_that_word_sets_are_read(tmp_path: Path) -> None:
    """They are nowhere in the text: the paragraphs of a report would bear no number."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for place, text in enumerate(("%1", "%1.%2"))
    )
    numbering.insert(
        0,
        parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'),
    )
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>')
    )
    for level, text in ((0, "Safety"), (1, "Early days were poor."), (1, "Checks were late.")):
        style = f"Numbered {level}"
        if style not in document.styles:
            made = document.styles.add_style(style, WD_STYLE_TYPE.PARAGRAPH)
            made.element.get_or_add_pPr().append(
                parse_xml(
                    f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
                )
            )
        document.add_paragraph(text, style)
    document.add_paragraph("A point", "List Bullet")
    document.save(str(tmp_path / "numbered.docx"))
    lines = [line.text for line in read_source(tmp_path / "numbered.docx").lines if line.text]
    assert lines == ["1 Safety", "1.1 Early days were poor.", "1.2 Checks were late.", "• A point"]


def test_lists_are_marked_and_notes_left_out_of_an_open_document(tmp_path: Path) -> None:
    document = OpenDocumentText()
    entries = List()
    entry = ListItem()
    entry.addElement(P(text="poor for safety"))
    entries.addElement(entry)
    document.text.addElement(entries)
    paragraph = P(text="Men were locked up")
    note = Note(id="n1", noteclass="footnote")
    note.addElement(NoteCitation(text="1"))
    body = NoteBody()
    body.addElement(P(text="On a weekday."))
    note.addElement(body)
    paragraph.addElement(note)
    document.text.addElement(paragraph)
    document.save(str(tmp_path / "letter.odt"))
    lines = [line.text for line in read_source(tmp_path / "letter.odt").lines if line.text]
    assert lines == ["• poor for safety", "Men were locked up"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xd0\xcf\x11\xe0 old", "save it as .docx"),
        (b"PK\x03\x04 cut off", "damaged"),
        (b"<html><body><script>x</script></body></html>", "holds no text"),
    ],
)
def test_a_file_that_cannot_be_read_says_what_to_do(
    tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(content)
    with pytest.raises(NotAReportError, match=says):
        read_document(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    with pytest.raises(NotAReportError, match="another program's file"):
        read_document(path)


def test_a_scanned_document_is_recognised_where_the_program_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stand-in for OCRmyPDF: it takes the scan, and gives a PDF with text as that does."""
    scan = FPDF()
    scan.add_page()
    scan.rect(20, 20, 100, 100)
    scan.output(str(tmp_path / "scan.pdf"))
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    with pytest.raises(NotAReportError, match="Install ocrmypdf"):
        read_document(tmp_path / "scan.pdf")
    write_pdf(REPORT, tmp_path / "recognised.pdf")
    program = tmp_path / "programs" / "ocrmypdf"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\nfor last; do :; done\n/bin/cp "{tmp_path}/recognised.pdf" "$last"\n'
    )
    program.chmod(0o755)
    reading = read_document(tmp_path / "scan.pdf")
    assert reading.document_type == "full_inspection"
    notes = [row["intake_note"] for own in reading.proposal.rows.values() for row in own]
    assert notes and not any(note.startswith("sure") for note in notes)
    assert "The document was scanned" in reading.comparisons[0].detail
    program.write_text("#!/bin/sh\necho 'page 1 is upside down' >&2\nexit 1\n")
    with pytest.raises(NotAReportError, match="page 1 is upside down"):
        read_document(tmp_path / "scan.pdf")
