"""Makes PDFs of report texts, as a printer would set them: pages, headers, footers, type."""

import re
from pathlib import Path

from fpdf import FPDF

_HEADING = re.compile(r"^(?:#+ |Section \d|Appendix [IVX]+)")
_OWN_LINE = re.compile(
    r"^(?:[•-] |[A-Z][a-z ]+: |(?:(?:Not|Partially) )?(?:[Aa]chieved|[Aa]ddressed)\b|No longer rel)"
)
_NUMBERED = re.compile(r"^(?:- )?(\d+\.\d+|S\d+)\s+(.*)$")


class ReportPdf(FPDF):
    """A report with a running title and page numbers."""

    def __init__(self, running_title: str) -> None:
        super().__init__()
        self.running_title = running_title
        # Curly quotes and dashes in the fonts that every PDF reader has.
        self.core_fonts_encoding = "windows-1252"
        self.set_margins(25, 25)
        self.set_auto_page_break(True, 25)

    def header(self) -> None:
        if self.page_no() > 1:
            self.set_y(10)
            self.set_font("Helvetica", size=9)
            self.cell(0, 5, self.running_title, new_x="LMARGIN", new_y="NEXT")
            self.set_y(25)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", size=9)
        self.cell(0, 5, str(self.page_no()), align="C")


def write_pdf(text: str, path: Path, footnote: str = "") -> Path:
    """Set a report's text as a PDF.

    Args:
        text: The report, a paragraph a block.
        path: The PDF to write.
        footnote: A footnote to set in small type behind the first numbered paragraph.
    """
    title = next(line for line in text.splitlines() if line.strip("# ").startswith("Report o"))
    pdf = ReportPdf(title.strip("# "))
    pdf.add_page()
    for block in re.split(r"\n\s*\n", text):
        for paragraph in _paragraphs(block):
            bare = paragraph.replace("**", "")
            numbered = _NUMBERED.match(bare)
            if _HEADING.match(paragraph):
                pdf.set_font("Helvetica", "B", 15)
                bare = bare.lstrip("# ")
            elif paragraph.startswith("**"):
                pdf.set_font("Helvetica", "B", 11)
            else:
                pdf.set_font("Helvetica", size=11)
            if numbered:
                pdf.cell(14, 5, numbered[1])
                pdf.multi_cell(0, 5, numbered[2], new_x="LMARGIN", new_y="NEXT", align="L")
                if footnote:
                    pdf.set_font("Helvetica", size=7)
                    pdf.multi_cell(0, 4, footnote, new_x="LMARGIN", new_y="NEXT")
                    footnote = ""
            else:
                pdf.multi_cell(0, 5, bare, new_x="LMARGIN", new_y="NEXT", align="L")
            pdf.ln(4)
    pdf.output(str(path))
    return path


def _paragraphs(block: str) -> list[str]:
    found: list[str] = []
    for line in block.strip().splitlines():
        # A contents line keeps its own line, as does each numbered paragraph of a list.
        # As does an entry of a list, and what stands on a line of its own under one.
        starts = (
            not found
            or _NUMBERED.match(line)
            or _OWN_LINE.match(line)
            or line.startswith(("#", "\t", "Section "))
        )
        if starts or found[-1].startswith(("#", "\t", "Section ")):
            found.append(line.replace("\t", "   ").strip())
        else:
            found[-1] = f"{found[-1]} {line.strip()}"
    return found
