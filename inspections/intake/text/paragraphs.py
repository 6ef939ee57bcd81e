"""From lines to paragraphs: what a page break, a caption or a hyphen cut is made whole."""

import re

from inspections.intake.text.hyphens import Joiner
from inspections.intake.text.lines import Line
from inspections.intake.text.model import Block
from inspections.intake.text.patterns import (
    COMPLETE_TITLES,
    ENDS_SENTENCE,
    ENTRY,
    FIGURE,
    NUMBERED,
    SECTION,
    USUAL,
    VERDICT,
    VERDICT_BEHIND,
    Wording,
    bare,
    is_known_heading,
)
from inspections.intake.text.rows_of_words import FOOTNOTE, FURNITURE
from inspections.intake.text.vocabulary import levels, plain, tests

_SECTION_TITLE = re.compile(
    r"(?:the )?chief inspector.?s|(?:summary of )?(?:key findings|judgements)|progress against"
    r"|appendi|about this report|glossary|inspection team|review team",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(
    r"^(?:\[\^?(?P<marked>\d{1,2})\]:?|(?P<number>\d{1,2})\.?)\s+(?P<text>[A-Z‘'“\"(].*|https?:.*)$"
)
_REFERENCE_ALONE = re.compile(
    r"^\((?:S?\d|paragraph|recommendation|see )[^()]*\)\.?$", re.IGNORECASE
)


class Paragraphs:
    """Makes blocks of lines, in one pass.

    Attributes:
        titles: The words of titles that may run along the pages.
        has_lists: Whether the document has lists numbered 1, 2, 3, as inspections' concerns are.
        wording: What the body's documents call items, lists and ratings.
    """

    def __init__(
        self,
        lines: list[Line],
        contents: list[str],
        titles: frozenset[str] = frozenset(),
        has_lists: bool = False,
        wording: Wording = USUAL,
    ) -> None:
        self.wording = wording
        self.titles = titles
        self.has_lists = has_lists
        self.tests = {plain(test.name) for test in tests()}
        # The last number of the list that is going on; none where none is.
        self.entry: int | None = None
        self.lines = lines
        self.joiner = Joiner(line.text for line in lines)
        self.complete_titles = {
            plain(match["title"] if (match := SECTION.match(entry)) else entry)
            for entry in (*contents, *COMPLETE_TITLES)
        }
        self.blocks: list[Block] = []
        self.footnotes: list[Block] = []
        self.last_number = ""
        self.labels = {label for scale in levels().values() for label in scale}

    def made(self) -> tuple[list[Block], list[Block]]:
        """The blocks and the footnotes, each in order."""
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
                after_page = after_page or line.style == FURNITURE
                continue
            if previous is not None and previous.page != line.page:
                after_gap = after_page = True
            text = bare(line.text)
            if not text:
                continue
            if line.cell is not None or (current is not None and current.cell is not None):
                same = self._cell_above(line)
                if same is not None:
                    self._join(same, text)
                    same.extend(line.page, line.box)
                    previous = line
                    continue
                if line.cell is not None:
                    current = _block(text, line, line.style == "heading", line.style)
                    self.blocks.append(current)
                    after_gap = after_page = False
                    previous = line
                    continue
                current, after_gap = None, True
            if self.has_lists:
                self._follow_list(text)
            is_small = line.style == "small" and not self._is_small_paragraph(line, text, current)
            if is_small or line.style == FOOTNOTE or self._is_footnote(text, after_gap, position):
                current = self._footnote(line, text, after_gap, current)
                after_gap = False
                previous = line
                continue
            is_heading = line.text.startswith("#") or line.style == "heading"
            # A known heading may be split over two lines without a gap before it.
            following = self._next_text(position)
            if (
                following
                # The end of a sentence above a numbered paragraph is no heading.
                and not text[:1].islower()
                and not ENDS_SENTENCE.search(text)
                and not NUMBERED.match(following)
                and not self._is_known(text)
                and len(text) < 80
                and self._is_known(f"{text} {following}")
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
                if self._is_title(text) and not current.is_heading:
                    current.doubts.append(_running_title(text))
                self._join(current, text)
                current.extend(line.page, line.box)
            elif _REFERENCE_ALONE.match(text) and self.blocks and not is_heading:
                self._join(self.blocks[-1], text)
                self.blocks[-1].extend(line.page, line.box)
            else:
                if self._is_caption(current, line, text, after_gap, own, is_heading):
                    # A caption in the midst of a paragraph: the paragraph goes on behind it.
                    self.blocks.append(_block(text, line, False, "caption"))
                    if current is not None and self._is_title(text):
                        current.doubts.append(_running_title(text))
                    after_gap, previous = True, line
                    continue
                current = _block(text, line, is_heading, line.style)
                self.blocks.append(current)
                if match := NUMBERED.match(text):
                    self.last_number = match["number"]
            after_gap = after_page = False
            previous = line
        return self.blocks, self.footnotes

    def _cell_above(self, line: Line) -> Block | None:
        """The block of a line's own cell; a cell may go on over a page break."""
        if line.cell is None:
            return None
        return next((each for each in self.blocks[-12:] if each.cell == line.cell), None)

    def _is_small_paragraph(self, line: Line, text: str, current: Block | None) -> bool:
        """Whether small type is the next numbered paragraph, or goes on with one."""
        match = NUMBERED.match(text)
        if match and match["text"]:
            return self._is_next(match["number"], current)
        if self._is_entry(text):
            # The next entry of a list that is set in small type.
            return True
        return current is not None and current.style == "small" and line.style == "small"

    def _follow_list(self, text: str) -> None:
        """Know where a list numbered 1, 2, 3 begins and ends."""
        if self._opens_list(text):
            self.entry = self.entry or 0
        elif NUMBERED.match(text) or SECTION.match(text):
            self.entry = None

    def _opens_list(self, text: str) -> bool:
        """Whether a line is the heading of a list, not the end of a sentence of the same words."""
        return (
            text[:1].isupper()
            and not ENDS_SENTENCE.search(text)
            and self.wording.opens_list(plain(text))
        )

    def _is_verdict(self, text: str) -> bool:
        """Whether a line is a verdict, not the end of a sentence of the same word."""
        return text[:1].isupper() and not text.endswith(".") and bool(VERDICT.match(text))

    def _is_label(self, text: str) -> bool:
        """Whether a line is a level of some scale and nothing else."""
        if self.has_lists and (not text[:1].isupper() or text.endswith(".")):
            return False
        return plain(text) in self.labels

    def _is_entry(self, text: str) -> bool:
        """Whether a line is the next entry of the list that is going on."""
        match = ENTRY.match(text) if self.entry is not None else None
        return bool(match) and int(match["number"]) in (1, (self.entry or 0) + 1)  # type: ignore[index]

    def _is_known(self, text: str) -> bool:
        """Whether a line is a heading that documents of this kind have."""
        if is_known_heading(text):
            return True
        key = plain(text)
        is_short = len(text) < 120 and not ENDS_SENTENCE.search(text)
        return self.has_lists and is_short and (self.wording.is_list(key) or key in self.tests)

    def _is_title(self, text: str) -> bool:
        """Whether a line may be a title that runs along the pages, with or without a number."""
        return plain(re.sub(r"^\d{1,3}\s+|\s+\d{1,3}$", "", text)) in self.titles

    def _next_text(self, position: int) -> str:
        for line in self.lines[position : position + 2]:
            if line.text:
                return bare(line.text)
        return ""

    def _starts_block(self, text: str, after_gap: bool, current: Block | None) -> bool:
        if self._is_entry(text):
            self.entry = int(ENTRY.match(text)["number"])  # type: ignore[index]
            return True
        if self.has_lists and (
            self._is_verdict(text) or self._opens_list(text) or re.match(r"\(?[a-h]\)\s", text)
        ):
            return True
        if match := NUMBERED.match(text):
            is_item = text.startswith(("- ", "• "))
            is_next = self._is_next(match["number"], current)
            follows = match["text"] is None or match["text"][0].isupper() or is_next
            return (after_gap or is_item or is_next) and follows
        if (
            self.wording.labelled(text)
            or self.wording.is_rating(text)
            or (FIGURE.match(text) and (after_gap or ":" in text[:12]))
            or self._is_label(text)
            or re.match(
                r"(?:The following provides a"
                r"|This part of the (?:report|inspection|visit) (?:is|was)) ",
                text,
            )
            or (
                self.has_lists
                and re.match(r"(?:Expected )?[Oo]utcomes?: ?[A-Z]|Expected outcomes?$", text)
            )
        ):
            return True
        if match := SECTION.match(text):
            is_known = bool(_SECTION_TITLE.match(match["title"]))
            is_known = is_known or (self.has_lists and self._is_known(match["title"]))
            return after_gap or is_known or (current is not None and _ended(current))
        return self._is_known(text) and (after_gap or text[0].isupper())

    def _is_next(self, number: str, current: Block | None) -> bool:
        """Whether a number at a line's start is plausibly that of a paragraph."""
        last = self.last_number
        letters = number.rstrip("0123456789")
        if letters.isalpha():
            # The paragraphs of a summary: S1, S2, or HP1, HP2.
            is_same = last.rstrip("0123456789") == letters
            return number == f"{letters}{int(last[len(letters) :]) + 1 if is_same else 1}"
        if number.count(".") == 2 or last.count(".") == 2:
            # 1.2.3 follows 1.2.2, and 1.3.1 or 1.3 follow any number of 1.2.
            return number.rpartition(".")[2] == "1" or (
                number.rpartition(".")[0] == last.rpartition(".")[0]
                and int(number.rpartition(".")[2]) == int(last.rpartition(".")[2]) + 1
            )
        section, place = (int(part) for part in number.split("."))
        if not last or last[0].isalpha():
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
        if self.has_lists and not text[0].islower():
            return False
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
        is_label = (
            self._is_label(current.text)
            or self._is_known(current.text)
            or (self.has_lists and self._is_verdict(current.text))
        )
        if is_label or (match and plain(match["title"]) in self.complete_titles):
            return False
        if current.is_heading and after_gap:
            return False
        if match and self.has_lists and not text[0].islower():
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
        if self.has_lists and after_page and text[0].islower() and not current.is_heading:
            return True
        if not _is_running(current, self.wording):
            return False
        if self.has_lists and VERDICT_BEHIND.match(current.text):
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
            and _is_running(current, self.wording)
            and not _ended(current)
            and not (self.has_lists and SECTION.match(current.text))
            and len(text) < 60
            and text[0].isupper()
        )

    def _is_footnote(self, text: str, after_gap: bool, position: int) -> bool:
        match = _FOOTNOTE.match(text)
        if not match or not after_gap or self._is_entry(text):
            return False
        if re.match(r"\d{1,2}\.", text):
            # It may as well be an entry of a list.
            return False
        number = int(match["marked"] or match["number"])
        expected = len(self.footnotes) + 1
        return bool(match["marked"]) or (number == expected and NUMBERED.match(text) is None)

    def _footnote(
        self, line: Line, text: str, after_gap: bool, current: Block | None
    ) -> Block | None:
        starts = line.style == FOOTNOTE and re.match(r"^\d{1,3}\.?\s", text)
        if self.footnotes and not after_gap and line.style in ("small", FOOTNOTE) and not starts:
            self._join(self.footnotes[-1], text)
            self.footnotes[-1].extend(line.page, line.box)
        else:
            self.footnotes.append(_block(text, line))
        # Lines under it without a gap belong to it, what comes after it to the paragraph above.
        match = _FOOTNOTE.match(text)
        if match and line.style != "small":
            marker = match["marked"] or match["number"]
            for block in reversed(self.blocks[-12:]):
                # The digits of its own number are none, nor are those of a reference.
                own = NUMBERED.match(block.text)
                start = own.end("number") if own else 0
                cleaned = block.text[:start] + re.sub(
                    rf"(?<=[A-Za-z.,;:)’'”])(?<!\d\.){marker}(?=[\s.,;:)]|$)|\s?\[\^?{marker}\]",
                    "",
                    block.text[start:],
                    count=1,
                )
                if cleaned != block.text:
                    block.text = cleaned
                    block.doubts.append(f"the mark of footnote {marker} was taken out")
                    break
        return current

    def _join(self, block: Block, text: str) -> None:
        block.text, doubt = self.joiner.with_line(block.text, text)
        block.doubts += [doubt] if doubt else []


def _block(text: str, line: Line, is_heading: bool = False, style: str = "") -> Block:
    block = Block(
        text,
        line.number,
        line.page,
        is_heading,
        style=style,
        cell=line.cell,
        level=line.level,
        size=line.size,
        indent=line.indent,
    )
    block.extend(line.page, line.box)
    return block


def _running_title(text: str) -> str:
    return f"«{text}» stands within it on a line of its own and may be a running title"


def _ended(block: Block) -> bool:
    return bool(ENDS_SENTENCE.search(block.text))


def _is_running(block: Block, wording: Wording) -> bool:
    """Whether a block is a sentence that may go on, rather than a heading or a label."""
    return (
        not block.is_heading
        and not FIGURE.match(block.text)
        and (
            bool(NUMBERED.match(block.text) or wording.labelled(block.text))
            or len(block.text) >= 60
        )
    )
