"""Patterns of lines and blocks: numbers, headings, sections and figures; a body's own words."""

import re
from dataclasses import dataclass

from inspections.intake.text.vocabulary import areas, plain

# What an item is called: the paragraph that it stands in.
REFERENCE = r"(?:(?:S|HP|HE|MR|R)\d{1,3}|\d{1,2}\.\d{1,3})"
NUMBERED = re.compile(
    r"^(?:[-*•]\s+)?\**(?P<number>(?:S|HP|HE)\d{1,3}|\d{1,2}(?:\.\d{1,3}){1,2})\**[.:]?(?:\s+(?P<text>\S.*))?$"
)
KEYWORD = re.compile(
    r"^(?P<kind>(?:(?:key|priority|main)\s+)?(?:concerns?|recommendations?)"
    r"(?:\s+and\s+recommendations?)?|theme)(?:\s+(?P<number>S?\d{1,3}(?:\.\d{1,3})?))?\s*:\s*"
    r"(?P<text>.*)$",
    re.IGNORECASE | re.DOTALL,
)
# An example of good practice on a line of its own, such as «Good practice 2: …».
PRACTICE_LABEL = re.compile(
    r"^(?:(?:area|example)s? of )?good practice(?:\s+(?P<number>\d{1,3}(?:\.\d{1,3})?))?\s*[:–-]"
    r"\s*(?P<text>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
# A rating beside a standard or a quality indicator.
RATING = re.compile(
    r"^(?:overall )?rating\s*[:–-]?\s*(?P<level>[a-z][a-z ]{3,30}?)(?: performance)?\.?$",
    re.IGNORECASE,
)
SECTION = re.compile(
    r"^(?P<label>Section \d{1,2}|Appendix (?:[IVX]+|\d{1,2}))\b[.:]?\s*(?P<title>.*)$",
    re.DOTALL,
)
# An entry of a numbered list of whole numbers, such as those of concerns since 2022.
ENTRY = re.compile(
    r"^(?:[-*•]\s+)?\**(?P<number>\d{1,2})\**[.):]?\s+(?P<text>[A-Z‘“'\"(].*)$", re.DOTALL
)
# The heading above such a list.
OPENS_LIST = re.compile(
    r"^(?:(?:key|priority|main|other|further|all) )*(?:concerns|recommendations|themes)"
    r"(?: and (?:key |main )?recommendations)?$|^notable positive practice$|^good practice$"
    r"|^what needs to improve\b"
)
# Headings of inspections alone: their lists, and what stands below areas.
INSPECTION_HEADING = re.compile(
    r"^(?:what needs to improve\b.*|about (?:hmp?|hm|yoi|this|the)\b.*|(?:summary of )?key findings"
    r"|executive summary|summary|outcomes|progress|leadership|introduction|fact page"
    r"|(?:(?:key|priority|main|general|other) )*(?:concerns?|recommendations?)"
    r"(?: and (?:key |main )?recommendations?)?"
    r"|housekeeping points?|(?:examples? of )?(?:good|notable positive) practice"
    r"|to (?:the )?(?:hmpps|noms|governor|director|secretary|minister|prison service"
    r"|youth custody service)\b[^.]{0,80}"
    r"|(?:recommendations|concerns) from the (?:last|previous|scrutiny)\b.*"
    r"|recommendations in this report|summary of recommendations\b.*|progress (?:on|since)\b.*)$"
)
# A follow-up's verdict on a line of its own, with what was made of the item in brackets.
VERDICT = re.compile(
    r"^(?P<label>(?:not |partially )?achieved|(?:not |partially )?addressed|no longer relevant)"
    r"\.?(?:\s*[(\[](?P<rest>[^()\[\]]*)[)\]])?\.?$",
    re.IGNORECASE,
)
# The same on one line with what it is about.
VERDICT_BEHIND = re.compile(
    r"^(?P<text>.*[.)\]])\s+(?P<verdict>(?:Not achieved|Partially achieved|Achieved|Not addressed"
    r"|Partially addressed|Addressed|No longer relevant)(?:\s*\([^()]*\))?)\.?$",
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
    r"[.!?…][)\]\"'’”]*(?:\s*\((?:[A-Z]{0,2}\d[\d.]*(?:, [^()]*)?|[Ss]ee [^()]*"
    r"|[Rr]e(?:peated|commendation)\b[^()]*|To [^()]*)\)\.?)?$|:$"
)


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


# What a label may open, and a list may hold.
KINDS = ("concern", "recommendation", "housekeeping_point", "practice")
_LABELLED = re.compile(
    rf"^(?P<label>[^:–\n]{{2,60}}?)(?:\s+(?P<number>{REFERENCE}|\d{{1,3}}))?\s*[:–]\s*(?P<text>.*)$",
    re.DOTALL,
)
_RATED = re.compile(r"^(?P<label>[^:–\n]{2,60}?)\s*[:–]\s*(?P<level>[^:–\n]{3,40}?)\.?$")


@dataclass(frozen=True)
class Labelled:
    """An item that opens with what it is.

    Attributes:
        kind: What it is, in small letters, such as ``key concern`` or ``practice``.
        number: Its number as printed; empty where it has none.
        text: Its text.
    """

    kind: str
    number: str
    text: str


@dataclass(frozen=True)
class Wording:
    """The words of a body's documents, each with the kind of item that it means.

    Attributes:
        labels: What opens an item, before its number and a colon.
        lists: Headings of lists, reduced to words.
        levels: The levels of the body's scale in small letters, best first.
        ratings: What stands before a level, beside «Rating» and «Overall rating».
    """

    labels: tuple[tuple[str, re.Pattern[str]], ...] = ()
    lists: tuple[tuple[str, re.Pattern[str]], ...] = ()
    levels: tuple[str, ...] = ()
    ratings: tuple[re.Pattern[str], ...] = ()

    def labelled(self, text: str) -> Labelled | None:
        """The item that a text opens by its label; none where it opens none."""
        if match := KEYWORD.match(text):
            return Labelled(match["kind"].lower(), match["number"] or "", match["text"])
        if match := PRACTICE_LABEL.match(text):
            return Labelled("practice", match["number"] or "", match["text"])
        match = _LABELLED.match(text) if self.labels else None
        if match is not None:
            label = plain(match["label"])
            for kind, pattern in self.labels:
                if pattern.search(label):
                    return Labelled(kind, match["number"] or "", match["text"])
        return None

    def list_of(self, title: str) -> str:
        """What a heading of a list, reduced to words, says stands below; empty for other words."""
        return next((kind for kind, pattern in self.lists if pattern.search(title)), "")

    def is_list(self, title: str) -> bool:
        """Whether words are a heading of a list or another that documents of visits have."""
        return bool(INSPECTION_HEADING.match(title)) or bool(self.list_of(title))

    def opens_list(self, title: str) -> bool:
        """Whether words are a heading of a list whose entries are numbered."""
        return bool(OPENS_LIST.match(title)) or bool(self.list_of(title))

    def rated(self, text: str) -> str:
        """The level that a line rates what stands above it with; empty where it rates nothing."""
        if match := RATING.match(text):
            level = match["level"].lower()
        else:
            match = _RATED.match(text) if self.ratings else None
            label = plain(match["label"]) if match else ""
            if match is None or not any(each.search(label) for each in self.ratings):
                return ""
            level = plain(match["level"])
        return level if level in self.levels else ""

    def is_rating(self, text: str) -> bool:
        """Whether a line has the form of a rating, on whatever scale."""
        return bool(RATING.match(text)) or bool(self.rated(text))


# The words that all bodies share.
USUAL = Wording()
