"""A letter, a plan and a web page about HMP Wexmarsh, which does not exist, as they are printed."""

from collections.abc import Sequence
from pathlib import Path

from fpdf import FPDF

CONCERNS = [
    "The number of assaults on staff had risen by 40% since our last inspection and was among the"
    " highest of all category C prisons.",
    "Illicit drugs were easy to get: 41% of random tests were positive.",
    "There had been five self-inflicted deaths since the last inspection, and recommendations made"
    " after them had not been acted on.",
]
OUTCOMES = {
    "safety": "poor",
    "respect": "not_sufficiently_good",
    "purposeful_activity": "poor",
    "preparation_for_release": "reasonably_good",
}


class Print(FPDF):
    """Pages with a foot."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("Helvetica", size=8)
        self.cell(0, 5, f"{self.foot} Page {self.page_no()} of {{nb}}", align="R")

    def lines(self, *lines: str, align: str = "L") -> None:
        for line in lines:
            self.cell(0, 5, line, align=align, new_x="LMARGIN", new_y="NEXT")

    def paragraph(self, text: str) -> None:
        self.multi_cell(0, 5, text, new_x="LMARGIN", new_y="NEXT", align="L")
        self.ln(2.5)


def letter(path: Path) -> Path:
    """An urgent notification: its address runs into its greeting, its subject into its text."""
    pdf = Print()
    pdf.foot = "Urgent Notification: HMP Wexmarsh"
    pdf.core_fonts_encoding = "windows-1252"
    pdf.set_margins(22, 20)
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    pdf.lines("HM Inspectorate of Prisons", "10 South Colonnade, London", align="R")
    pdf.lines(
        "The Rt Hon. Eleanor Marwick MP",
        "Lord Chancellor and Secretary of State for Justice",
        "102 Petty France, London SW1H 9AJ",
    )
    pdf.lines("24 May 2024", align="R")
    pdf.lines("Dear Secretary of State,")
    pdf.set_font("Helvetica", "B", 10)
    pdf.lines("Urgent Notification: HMP Wexmarsh")
    pdf.set_font("Helvetica", size=10)
    for text in (
        "In accordance with the Protocol between HM Chief Inspector of Prisons and the Ministry of"
        " Justice, dated 28 November 2019, I am writing to you to invoke the Urgent Notification"
        " process in relation to HMP Wexmarsh.",
        "An unannounced inspection of HMP Wexmarsh took place between 7 and 17 May 2024.",
        "At our last full inspection, in 2021, outcomes were reasonably good for safety and good"
        " for respect. On this occasion we judged outcomes for prisoners to be poor for safety, our"
        " lowest grading, not sufficiently good for respect and poor for purposeful activity."
        " Outcomes in preparation for release were reasonably good, which is to the credit of a"
        " small team.",
        "Leaders believed that outcomes in purposeful activity would be good within a year. The"
        " prison is far from good in safety at night, and staff were not poor in respect of"
        " courtesy.",
        "The inspection identified the following serious concerns:",
    ):
        pdf.paragraph(text)
    for text in CONCERNS:
        pdf.cell(6, 5, "\u2022")
        pdf.multi_cell(0, 5, text, new_x="LMARGIN", new_y="NEXT", align="L")
        pdf.ln(1)
    pdf.paragraph("You have undertaken to respond publicly within 28 days with an action plan.")
    pdf.lines("Yours sincerely,", "Charles Example", "HM Chief Inspector of Prisons")
    pdf.output(str(path))
    return path


# Of each concern: its number, its text, and its actions with owner and target date.
PLAN: list[tuple[str, str, list[tuple[str, str, str]]]] = [
    (
        "1",
        "There was far too much violence. Leaders did not analyse its causes.",
        [
            (
                "A new safety strategy, based on an analysis of violence over twelve months, has"
                " been published and shared with all staff.",
                "Head of Safety",
                "Completed",
            ),
            (
                "Key workers will discuss each violent incident with those involved within 72"
                " hours of it.",
                "Head of Offender Management Delivery",
                "30 September 2024",
            ),
            ("Cameras will watch the yards, subject to funding.", "Governor", "March 2025"),
        ],
    ),
    (
        "2",
        "Too few prisoners were in work or education.",
        [("Allocations will be reviewed weekly.", "Head of Education and Work", "31/10/2024")],
    ),
    (
        "3",
        "Waiting lists for health care were too long, particularly for the dentist.",
        [
            ("The provider will recruit an additional dentist.", "NHS England", "Spring 2025"),
            ("A triage clinic runs each Wednesday.", "Head of Healthcare", "Ongoing"),
        ],
    ),
    (
        "4",
        "Prisoners did not have enough time unlocked at weekends to complete domestic tasks, make"
        " telephone calls and exercise in the open air.",
        [("A revised core day will be introduced.", "Deputy Governor", "Dec 2024")],
    ),
]
# Of each action: its concern, its owner, its target date.
ACTIONS = [
    ("1", "Head of Safety", ""),
    ("1", "Head of Offender Management Delivery", "2024-09-30"),
    ("1", "Governor", "2025-03-01"),
    ("2", "Head of Education and Work", "2024-10-31"),
    ("3", "NHS England", ""),
    ("3", "Head of Healthcare", ""),
    ("4", "Deputy Governor", "2024-12-01"),
]
_HEADER = (
    "No.",
    "Priority and key concerns",
    "Response Action Taken/Planned",
    "Responsible Owner",
    "Target Date",
)
_WIDTHS = (14, 70, 110, 42, 30)


def plan(path: Path, is_ruled: bool) -> Path:
    """A plan for concerns: the cells of a concern run over its actions.

    Args:
        path: The PDF to write.
        is_ruled: Whether its cells have frames.
    """
    pdf = Print(orientation="L")
    pdf.foot = "HMP Wexmarsh action plan"
    pdf.core_fonts_encoding = "windows-1252"
    pdf.set_margins(15, 15)
    pdf.set_auto_page_break(False)
    pdf.add_page()
    pdf.set_font("Helvetica", size=10)
    pdf.lines(
        "Action Plan: HMP Wexmarsh",
        "Action Plan Submitted: 12 September 2024",
        "A Response to the HMIP Inspection: 7–17 May 2024",
        "Report Published: 8 August 2024",
    )
    pdf.paragraph("HMPPS is required to draft a robust and timely action plan to address concerns.")
    lefts = [15 + sum(_WIDTHS[:place]) for place in range(len(_WIDTHS))]

    def lines_of(text: str, column: int) -> list[str]:
        lines = pdf.multi_cell(
            _WIDTHS[column] - 3, 4.6, text, dry_run=True, output="LINES", align="L"
        )
        return [str(line) for line in lines] if isinstance(lines, list) else []

    def height(texts: Sequence[str], columns: Sequence[int]) -> float:
        counts = [len(lines_of(t, c)) for t, c in zip(texts, columns, strict=True)]
        return max(counts) * 4.6 + 2.5

    def put(texts: Sequence[str], columns: Sequence[int], top: float) -> float:
        for text, column in zip(texts, columns, strict=True):
            for number, line in enumerate(lines_of(text, column)):
                pdf.text(lefts[column] + 1.5, top + 4 + number * 4.6, line)
        return height(texts, columns)

    def frame(columns: Sequence[int], top: float, tall: float) -> None:
        for column in columns if is_ruled else ():
            pdf.rect(lefts[column], top, _WIDTHS[column], tall)

    everything, once, own = (0, 1, 2, 3, 4), (0, 1), (2, 3, 4)
    pdf.set_font("Helvetica", size=9)

    def header(top: float) -> float:
        tall = put(_HEADER, everything, top)
        frame(everything, top, tall)
        return top + tall

    top = header(pdf.get_y() + 4)
    for number, text, actions in PLAN:
        tall = max(height((number, text), once), sum(height(each, own) for each in actions))
        if top + tall > 185:
            pdf.add_page()
            top = header(15)
        put((number, text), once, top)
        frame(once, top, tall)
        below = top
        for place, each in enumerate(actions):
            mine = height(each, own)
            if place == len(actions) - 1:
                mine = max(mine, top + tall - below)
            put(each, own, below)
            frame(own, below, mine)
            below += mine
        top += tall + (0 if is_ruled else 3)
    pdf.output(str(path))
    return path


PAGE = """<!DOCTYPE html><html lang="en"><head>
<title>HMP Wexmarsh – HM Inspectorate of Prisons</title>
<script>var text = "Published: 1 January 2020";</script></head><body>
<nav><a href="/">Home</a> <a href="/hmp-otherham">HMP Otherham</a></nav>
<main><h1>HMP Wexmarsh</h1><p>Unannounced inspection: 7&ndash;17 May 2024</p>
<p>Published: <time datetime="2024-08-08">8 August 2024</time></p>
<h2>Report on an unannounced inspection of HMP Wexmarsh</h2>
<p>At this inspection outcomes for prisoners were poor for safety, not sufficiently good for
respect, poor for purposeful activity and reasonably good for preparation for release. At our last
inspection in 2021, outcomes were reasonably good for safety.</p>
<p>HMP Otherham: outcomes were good for safety.</p>
<a href="x.pdf">Read the report (PDF, 1.2 MB)</a></main>
<aside><p>HMP Otherham. Published: 3 March 2022</p></aside></body></html>
"""
TABLE_PAGE = """<html><head><title>HMP Wexmarsh – HM Inspectorate of Prisons</title></head><body>
<article><h1>HMP Wexmarsh – too little to do</h1>
<dl><dt>Date of publication</dt><dd>Thursday 8 August 2024</dd>
<dt>Inspection dates</dt><dd>7–17 May 2024</dd><dt>Type</dt><dd>Unannounced inspection</dd></dl>
<table><tr><th>Healthy prison test</th><th>Outcome</th></tr><tr><td>Safety</td><td>Poor</td></tr>
<tr><td>Respect</td><td>Not sufficiently good</td></tr>
<tr><td>Purposeful activity</td><td>Poor</td></tr>
<tr><td>Preparation for release</td><td>Reasonably good</td></tr></table></article></body></html>
"""
