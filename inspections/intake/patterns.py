"""What lines and blocks look like: the marks of numbers, headings, sections and figures."""

import re
from dataclasses import dataclass, field

from inspections.intake.vocabulary import areas, plain

NUMBERED = re.compile(
    r"^(?:[-*•]\s+)?\**(?P<number>S\d{1,3}|\d{1,2}\.\d{1,3})\**[.:]?(?:\s+(?P<text>\S.*))?$"
)
KEYWORD = re.compile(
    r"^(?P<kind>(?:(?:key|priority|main)\s+)?(?:concerns?|recommendations?)"
    r"(?:\s+and\s+recommendations?)?|theme)(?:\s+(?P<number>S?\d{1,3}(?:\.\d{1,3})?))?\s*:\s*"
    r"(?P<text>.*)$",
    re.IGNORECASE | re.DOTALL,
)
SECTION = re.compile(
    r"^(?P<label>Section \d{1,2}|Appendix (?:[IVX]+|\d{1,2}))\b[.:]?\s*(?P<title>.*)$",
    re.DOTALL,
)
FIGURE = re.compile(r"^(?P<label>(?:Figure|Table) \d{1,2})\b[:.]?\s*(?P<title>.*)$", re.DOTALL)
# Headings that the inspectorate uses in every year, apart from the areas of the seed.
KNOWN_HEADINGS = {
    plain(heading)
    for heading in (
        "Contents",
        "Key findings",
        "Chief Inspector's summary",
        "Summary of judgements",
        "Notable positive practice",
        "About this report",
        "Introduction",
        "Inspection team",
        "Review team",
        "Glossary",
        "Appendices",
        "Photographs",
        "IRP methodology",
        "HMI Prisons recommendations",
        "HMI Prisons key recommendations",
        "HMI Prisons concerns",
        "Ofsted themes",
        "Estyn themes",
        "Recommendations",
        "Concerns",
        "Themes",
    )
}
COMPLETE_TITLES = {
    plain(title)
    for title in ("Chief Inspector's summary", "Key findings", "Summary of judgements", "Glossary")
}
SECTION_TITLES = COMPLETE_TITLES | {"contents", "about this report", "appendices"}
ENDS_SENTENCE = re.compile(
    # A reference or a pointer in brackets may stand behind the full stop.
    r"[.!?…][)\]\"'’”]*(?:\s*\((?:S?\d[\d.]*|[Ss]ee [^()]*)\)\.?)?$|:$"
)


@dataclass
class Block:
    """A paragraph, a heading or another piece of text that stands for itself.

    Attributes:
        text: Its text in one line, marks of emphasis taken out.
        number: The line on which it starts.
        page: The page on which it starts.
        is_heading: Whether its type or mark-up makes it a heading.
        doubts: Why its text may not be as the report has it.
    """

    text: str
    number: int
    page: int | None = None
    is_heading: bool = False
    doubts: list[str] = field(default_factory=list)
    style: str = ""


def bare(text: str) -> str:
    """A line without Markdown."""
    text = re.sub(r"^#+\s*", "", text)
    text = re.sub(r"\*\*|(?<!\w)\*(?=\w)|(?<=[\w.,])\*(?!\w)", "", text)
    text = re.sub(r"\[([^\]]+)\]\((?:https?|mailto)[^)]*\)", r"\1", text)
    return text.strip()


def is_known_heading(text: str) -> bool:
    """Whether a line is a heading of every year, or an area."""
    key = plain(text)
    return key in KNOWN_HEADINGS or key in areas()
