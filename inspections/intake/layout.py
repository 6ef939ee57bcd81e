"""From lines to blocks: what is printed around the text is taken out, paragraphs are made whole.

Page headers and numbers, the table of contents and footnotes are set aside; hyphenated line ends
and paragraphs that a page break cut in two are joined.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from inspections.intake.source import Line, Source
from inspections.intake.vocabulary import areas, levels, plain

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
_KNOWN_HEADINGS = {
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
_COMPLETE_TITLES = {
    plain(title)
    for title in ("Chief Inspector's summary", "Key findings", "Summary of judgements", "Glossary")
}
_SECTION_TITLES = _COMPLETE_TITLES | {"contents", "about this report", "appendices"}
_ENDS_SENTENCE = re.compile(
    # A reference or a pointer in brackets may stand behind the full stop.
    r"[.!?…][)\]\"'’”]*(?:\s*\((?:S?\d[\d.]*|[Ss]ee [^()]*)\)\.?)?$|:$"
)
_SECTION_TITLE = re.compile(
    r"(?:the )?chief inspector.?s|(?:summary of )?(?:key findings|judgements)|progress against"
    r"|appendi|about this report|glossary|inspection team|review team",
    re.IGNORECASE,
)
_PAGE_NUMBER = re.compile(
    r"^(?:page\s+)?[-–]?\s*\d{1,3}\s*[-–]?(?:\s+of\s+\d{1,3})?$", re.IGNORECASE
)
_CONTENTS_ENTRY = re.compile(
    r"^(?P<title>.*?\S)(?:[\t .…]*(?:\t|\.{2,}|…|\s))\s*(?P<page>\d{1,3})$"
)
_FOOTNOTE = re.compile(
    r"^(?:\[\^?(?P<marked>\d{1,2})\]:?|(?P<number>\d{1,2}))\s+(?P<text>[A-Z‘'“\"(].*|https?:.*)$"
)
_REPORT_TITLE = re.compile(
    r"report (?:on|of) an? .*|independent review of progress.*|hm (?:chief )?inspector(?:ate)? of"
    r" prisons.*",
    re.IGNORECASE,
)
_REFERENCE_ALONE = re.compile(
    r"^\((?:S?\d|paragraph|recommendation|see )[^()]*\)\.?$", re.IGNORECASE
)
# A hyphen at a line's end after one of these is most likely part of the word.
_HYPHENATING = (
    "well non self multi cross long short high low full half one two three four five six seven"
    " eight nine ten gang project peer decision"
)
# After one of these it may be either, even where the report has the word without it elsewhere.
_AMBIGUOUS = "co re pre post inter part in on off up down over under out ex"


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


@dataclass
class Layout:
    """A report without what is printed around it.

    Attributes:
        blocks: Its text in order.
        contents: The titles that its table of contents lists.
        footnotes: Its footnotes.
        furniture: How many lines of page headers, footers and numbers were taken out.
    """

    blocks: list[Block]
    contents: list[str]
    footnotes: list[Block]
    furniture: int


def lay_out(source: Source) -> Layout:
    """Take a report's lines apart into blocks.

    Args:
        source: The report as read.

    Returns:
        Its blocks, with contents, footnotes and page furniture set aside.
    """
    lines = [
        Line(re.sub(r"[ \t]*\\$", "", line.text), line.number, line.page, line.style)
        for line in source.lines
    ]
    furniture = _furniture(lines)
    lines, contents = _without_contents(_blanked(lines, furniture))
    running = _running_titles(lines)
    lines = _blanked(lines, running)
    words = Counter(
        word for line in lines for word in re.findall(r"[\w'’]+(?:-[\w'’]+)*", line.text.lower())
    )
    blocks, footnotes = _Blocks(lines, words, contents).made()
    return Layout(blocks, contents, footnotes, len(furniture) + len(running))


def _blanked(lines: list[Line], furniture: set[int]) -> list[Line]:
    return [
        Line("", line.number, line.page, "furniture") if index in furniture else line
        for index, line in enumerate(lines)
    ]


def _bare(text: str) -> str:
    """A line without Markdown."""
    text = re.sub(r"^#+\s*", "", text)
    text = re.sub(r"\*\*|(?<!\w)\*(?=\w)|(?<=[\w.,])\*(?!\w)", "", text)
    text = re.sub(r"\[([^\]]+)\]\((?:https?|mailto)[^)]*\)", r"\1", text)
    return text.strip()


def _furniture(lines: list[Line]) -> set[int]:
    """The lines of page headers, footers and page numbers, by position."""
    found = {
        index for index, line in enumerate(lines) if line.text and _PAGE_NUMBER.match(line.text)
    }
    # A number alone within a table's row of numbers or as a paragraph's own is not met here:
    # paragraphs are numbered 1.1 or S1.
    places: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.text and index not in found and len(line.text) <= 160:
            key = re.sub(r"^\d{1,3}\s+|\s+\d{1,3}$", "", _bare(line.text))
            if key and not NUMBERED.match(line.text):
                places[key].append(index)
    edges = _page_edges(lines, found)
    labels = {label for scale in levels().values() for label in scale}
    for key, indices in places.items():
        if len(indices) < 2 or plain(key) in labels:
            continue
        numbers = [_edge_number(lines[index].text) for index in indices]
        given = [number for number in numbers if number is not None]
        grows = len(set(given)) >= 3 and given == sorted(given)
        if _REPORT_TITLE.fullmatch(key) and len(indices) >= 3:
            # The report's own title comes first, on a page without a number.
            found.update(indices[numbers[0] is None :])
        elif plain(key) == "contents":
            found.update(indices[1:])
        elif grows:
            found.update(
                index for index, number in zip(indices, numbers, strict=True) if number is not None
            )
        if len(indices) >= 3 and all(index in edges for index in indices):
            # The title page bears the same words, as what they are.
            found.update(index for index in indices if lines[index].page != 1)
    return found


def _running_titles(lines: list[Line]) -> set[int]:
    """Sections' titles where they run along the pages: all but the first, contents gone."""
    places: dict[str, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        text = _bare(line.text)
        if SECTION.match(text) or plain(text) in _SECTION_TITLES:
            places[text].append(index)
    found: set[int] = set()
    for first, *others in places.values():
        after_first = lines[first + 1].text if first + 1 < len(lines) else ""
        for index in others:
            found.add(index)
            after = lines[index + 1].text if index + 1 < len(lines) else ""
            if after and after == after_first:
                found.add(index + 1)
    return found


def _edge_number(text: str) -> int | None:
    match = re.match(r"^(\d{1,3})\s+\S", text) or re.search(r"\S\s+(\d{1,3})$", text)
    return int(match[1]) if match else None


def _page_edges(lines: list[Line], page_numbers: set[int]) -> set[int]:
    """The first two and last two lines of each page, page numbers aside."""
    by_page: dict[int, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        if line.page is not None and line.text and index not in page_numbers:
            by_page[line.page].append(index)
    return {index for page in by_page.values() for index in (*page[:2], *page[-2:])}


def _without_contents(lines: list[Line]) -> tuple[list[Line], list[str]]:
    start = next(
        (
            index
            for index, line in enumerate(lines[:400])
            if plain(_bare(line.text)) in ("contents", "table of contents")
        ),
        None,
    )
    if start is None:
        return lines, []
    entries: list[str] = []
    held = ""
    end = start + 1
    index = start + 1
    while index < len(lines):
        text = _bare(lines[index].text)
        index += 1
        if not text:
            continue
        if NUMBERED.match(text) and not _CONTENTS_ENTRY.match(text):
            break
        if match := _CONTENTS_ENTRY.match(text):
            title = re.sub(r"[\s.…]+$", "", f"{held} {match['title']}").strip()
            entries.append(" ".join(title.split()))
            held, end = "", index
        elif held or len(text) > 120:
            # Two lines in a row without a page number: the contents are over.
            break
        elif any(plain(entry) == plain(text) for entry in entries):
            break
        else:
            held = text
    return lines[:start] + lines[end:], entries


def _is_known_heading(text: str) -> bool:
    key = plain(text)
    return key in _KNOWN_HEADINGS or key in areas()


class _Blocks:
    def __init__(self, lines: list[Line], words: Counter[str], contents: list[str]) -> None:
        self.lines = lines
        self.words = words
        self.complete_titles = {
            plain(match["title"] if (match := SECTION.match(entry)) else entry)
            for entry in (*contents, *_COMPLETE_TITLES)
        }
        self.blocks: list[Block] = []
        self.footnotes: list[Block] = []
        self.last_number = ""
        self.labels = {label for scale in levels().values() for label in scale}

    def made(self) -> tuple[list[Block], list[Block]]:
        current: Block | None = None
        after_gap = True
        after_page = False
        previous: Line | None = None
        position = 0
        while position < len(self.lines):
            line = self.lines[position]
            position += 1
            if not line.text:
                after_gap = True
                after_page = after_page or line.style == "furniture"
                continue
            if previous is not None and previous.page != line.page:
                after_gap = after_page = True
            text = _bare(line.text)
            if not text:
                continue
            if line.style == "small" or self._is_footnote(text, after_gap, position):
                current = self._footnote(line, text, after_gap, current)
                after_gap = False
                previous = line
                continue
            is_heading = line.text.startswith("#") or line.style == "heading"
            # A known heading may be split over two lines without a gap before it.
            following = self._next_text(position)
            if (
                following
                and not _is_known_heading(text)
                and len(text) < 80
                and _is_known_heading(f"{text} {following}")
            ):
                text, is_heading = f"{text} {following}", True
                while not self.lines[position].text:
                    position += 1
                position += 1
            own = self._starts_block(text, after_gap, current)
            if own or is_heading or current is None:
                goes_on = (
                    is_heading
                    and not own
                    and current is not None
                    and current.is_heading
                    and not after_gap
                    and line.style == "heading"
                )
                if not goes_on and self._continues_section(current, after_gap, text, own):
                    goes_on = True
            else:
                goes_on = self._goes_on(current, line, text, after_gap, after_page, previous)
            if goes_on and current is not None:
                self._join(current, text)
            elif _REFERENCE_ALONE.match(text) and self.blocks and not is_heading:
                self._join(self.blocks[-1], text)
            else:
                if self._is_caption(current, line, text, after_gap, own, is_heading):
                    # A caption in the midst of a paragraph: the paragraph goes on behind it.
                    self.blocks.append(Block(text, line.number, line.page, style="caption"))
                    after_gap, previous = True, line
                    continue
                current = Block(text, line.number, line.page, is_heading, style=line.style)
                self.blocks.append(current)
                if match := NUMBERED.match(text):
                    self.last_number = match["number"]
            after_gap = after_page = False
            previous = line
        return self.blocks, self.footnotes

    def _next_text(self, position: int) -> str:
        for line in self.lines[position : position + 2]:
            if line.text:
                return _bare(line.text)
        return ""

    def _starts_block(self, text: str, after_gap: bool, current: Block | None) -> bool:
        if match := NUMBERED.match(text):
            is_item = text.startswith(("- ", "• "))
            is_next = self._is_next(match["number"], current)
            follows = match["text"] is None or match["text"][0].isupper() or is_next
            return (after_gap or is_item or is_next) and follows
        if (
            KEYWORD.match(text)
            or (FIGURE.match(text) and (after_gap or ":" in text[:12]))
            or plain(text) in self.labels
            or re.match(r"(?:The following provides a|This part of the report is) ", text)
        ):
            return True
        if match := SECTION.match(text):
            is_known = bool(_SECTION_TITLE.match(match["title"]))
            return after_gap or is_known or (current is not None and _ended(current))
        return _is_known_heading(text) and (after_gap or text[0].isupper())

    def _is_next(self, number: str, current: Block | None) -> bool:
        """Whether a number at a line's start is plausibly that of a paragraph."""
        last = self.last_number
        if number.startswith("S"):
            return number == (f"S{int(last[1:]) + 1}" if last.startswith("S") else "S1")
        section, place = (int(part) for part in number.split("."))
        if not last or last.startswith("S"):
            return place == 1
        last_section, last_place = (int(part) for part in last.split("."))
        if (section, place) in ((last_section, last_place + 1), (last_section + 1, 1)):
            return True
        # One or two may be missing, but then a sentence must have ended before it.
        return (
            section == last_section
            and last_place < place <= last_place + 3
            and (current is None or _ended(current))
        )

    def _continues_section(
        self, current: Block | None, after_gap: bool, text: str, own: bool
    ) -> bool:
        """Whether a heading of a section is still going on."""
        if current is None or after_gap or own or not current.is_heading:
            return False
        match = SECTION.match(current.text)
        return bool(match and plain(match["title"]) not in self.complete_titles)

    def _goes_on(
        self,
        current: Block,
        line: Line,
        text: str,
        after_gap: bool,
        after_page: bool,
        previous: Line | None,
    ) -> bool:
        if current.style == "caption":
            return not after_gap
        # Directly under a heading a paragraph may begin without a gap.
        match = SECTION.match(current.text)
        is_label = plain(current.text) in self.labels or _is_known_heading(current.text)
        if is_label or (match and plain(match["title"]) in self.complete_titles):
            return False
        if current.is_heading and after_gap:
            return False
        if match and len(current.text) < 200 and not current.is_heading:
            return not after_gap and not _ended(current)
        bold_changes = (line.style == "bold") != (current.style == "bold")
        if not after_gap:
            if bold_changes and line.style != "heading" and previous is not None:
                mixed = previous.style != current.style
                return mixed or not _ended(current) or text[0].islower()
            return True
        if _ended(current):
            is_split = (
                after_page
                and not line.style
                and NUMBERED.match(current.text) is not None
                and len(text) >= 50
                and not text.startswith(("•", "- "))
            )
            if is_split:
                current.doubts.append(
                    "a page break stands between two sentences of it; the second part has no"
                    " number of its own"
                )
            return is_split
        if not _is_running(current):
            return False
        # Cut in two by a page break or a picture.
        return text[0].islower() or text[0].isdigit() or text[0] in "‘'\"“(–-" or len(text) >= 60

    def _is_caption(
        self,
        current: Block | None,
        line: Line,
        text: str,
        after_gap: bool,
        own: bool,
        is_heading: bool,
    ) -> bool:
        return (
            current is not None
            and after_gap
            and not own
            and not is_heading
            and _is_running(current)
            and not _ended(current)
            and len(text) < 60
            and text[0].isupper()
        )

    def _is_footnote(self, text: str, after_gap: bool, position: int) -> bool:
        match = _FOOTNOTE.match(text)
        if not match or not after_gap:
            return False
        number = int(match["marked"] or match["number"])
        expected = len(self.footnotes) + 1
        return bool(match["marked"]) or (number == expected and NUMBERED.match(text) is None)

    def _footnote(
        self, line: Line, text: str, after_gap: bool, current: Block | None
    ) -> Block | None:
        if self.footnotes and not after_gap and line.style == "small":
            self._join(self.footnotes[-1], text)
        else:
            self.footnotes.append(Block(text, line.number, line.page))
        # Lines under it without a gap belong to it, what comes after it to the paragraph above.
        match = _FOOTNOTE.match(text)
        if match and line.style != "small":
            marker = match["marked"] or match["number"]
            for block in reversed(self.blocks[-12:]):
                cleaned = re.sub(
                    rf"(?<=[A-Za-z.,;:)’'”]){marker}(?=[\s.,;:)]|$)|\s?\[\^?{marker}\]",
                    "",
                    block.text,
                    count=1,
                )
                if cleaned != block.text:
                    block.text = cleaned
                    block.doubts.append(f"the mark of footnote {marker} was taken out")
                    break
        return current

    def _join(self, block: Block, text: str) -> None:
        match = re.search(r"([\w'’]+)-$", block.text)
        if match and text[:1].islower():
            first, second = match[1], re.match(r"[\w'’]*", text)[0]  # type: ignore[index]
            joined, hyphened = f"{first}{second}".lower(), f"{first}-{second}".lower()
            keeps = self.words[hyphened] > 0 or first.lower() in _HYPHENATING.split()
            if self.words[joined]:
                keeps = False
                if first.lower() in _AMBIGUOUS.split() and not self.words[hyphened]:
                    block.doubts.append(
                        f"{hyphened!r} stands hyphenated at a line's end; read as {joined!r}"
                    )
            elif not self.words[hyphened]:
                block.doubts.append(
                    f"{hyphened!r} stands hyphenated at a line's end and nowhere else; read as"
                    f" {hyphened if keeps else joined!r}"
                )
            block.text = f"{block.text}{text}" if keeps else f"{block.text[:-1]}{text}"
        elif re.search(r"\w[–—/]$", block.text) or match:
            block.text = f"{block.text}{text}"
        else:
            block.text = f"{block.text} {text}"


def _ended(block: Block) -> bool:
    return bool(_ENDS_SENTENCE.search(block.text))


def _is_running(block: Block) -> bool:
    """Whether a block is a sentence that may go on, rather than a heading or a label."""
    return (
        not block.is_heading
        and not FIGURE.match(block.text)
        and bool(NUMBERED.match(block.text) or KEYWORD.match(block.text) or len(block.text) >= 60)
    )
