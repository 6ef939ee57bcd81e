"""A review's report by its parts: sections, numbered paragraphs, what is followed up, judgements.

The parts are told by the words of their headings, so that the numbering of sections, which has
changed over the years, does not matter.
"""

import re
from pathlib import Path

from inspections.intake.document_types.declared import sections_of
from inspections.intake.document_types.outcome_tables import outcomes_in_row, row_at
from inspections.intake.document_types.practice import (
    ITEM_LETTER,
    PRACTICE_FRAME,
    SEE,
    SEE_ALONE,
    practice_of,
    practice_of_row,
)
from inspections.intake.document_types.review.parts import Item, Report, Restatement
from inspections.intake.grammar import days_in, judgement_in, sentences
from inspections.intake.parts import NumberedParagraph, Unread
from inspections.intake.text.layout import lay_out
from inspections.intake.text.lines import NotAReportError, Source
from inspections.intake.text.model import Block
from inspections.intake.text.names import Named, establishments_in, without_what_ends_a_title
from inspections.intake.text.patterns import FIGURE, KEYWORD, NUMBERED, SECTION
from inspections.intake.text.source import read_source
from inspections.intake.text.titles import establishment_named_in, names_in_title
from inspections.intake.text.vocabulary import HMIP, OFSTED, areas, body_of, levels, plain, slug

_LEAD = re.compile(r"\breview of progress (?:at|of)\b", re.IGNORECASE)
_REFERENCE = re.compile(r"\s*\((?P<reference>S\d{1,3}|\d{1,2}\.\d{1,3})(?P<rest>,[^()]*)?\)\.?\s*$")
_LEADING_REFERENCE = re.compile(r"^(?P<reference>S\d{1,3}|\d{1,2}\.\d{1,3})\s+")
_BOILERPLATE = re.compile(
    r"^(?:The following provides a brief description of our findings"
    r"|This part of the (?:report|visit) (?:is|was) (?:written|conducted) by .{2,60} inspectors"
    r"|This (?:pie|bar) chart excludes|A list of the HMI Prisons|The reference numbers? at the end"
    r"|(?:HM )?Chief Inspector of Prisons$|HM Inspectorate of Prisons$"
    r"|(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r" \d{4}$)"
)


def read_report(path: Path) -> Report:
    """Read a report of an independent review of progress.

    Args:
        path: A text file in UTF-8 or a PDF.

    Returns:
        The report by its parts.

    Raises:
        NotAReportError: The file is no such report, or only part of one; the message says why.
    """
    return read_report_of(read_source(path))


def read_report_of(source: Source) -> Report:
    """Read an opened report of an independent review of progress.

    Args:
        source: The file as read.

    Returns:
        The report by its parts.

    Raises:
        NotAReportError: The file is no such report, or only part of one; the message says why.
    """
    layout = lay_out(source)
    report = Report(source, layout)
    start = _read_title(report)
    _Parts(report).read(layout.blocks[start:])
    return report


def _read_title(report: Report) -> int:
    """Read the title page.

    Returns:
        Where among the blocks it ends.
    """
    name = report.source.name
    blocks = report.blocks
    end = next(
        (
            index
            for index, block in enumerate(blocks)
            if _role_of(block) in ("summary", "key_findings", "progress", "about")
            or NUMBERED.match(block.text)
        ),
        min(len(blocks), 40),
    )
    whole = " ".join(block.text for block in blocks[:200])
    if not re.search(r"HM (?:Chief )?Inspector(?:ate)? of Prisons|HMI Prisons", whole):
        raise NotAReportError(
            f"{name} names an independent review of progress, but not HM Inspectorate of Prisons."
        )
    report.named = names_in_title(report.source.lines, _LEAD)
    if not report.named.establishments:
        # A title page may name it apart from the title.
        found = (establishments_in(without_what_ends_a_title(each.text)) for each in blocks[:end])
        report.named = next((each for each in found if each.establishments), report.named)
    if not report.named.establishments and (
        elsewhere := establishment_named_in([], report.source.lines)
    ):
        report.named = Named((elsewhere,), "")
        report.is_named_in_title = False
    if not report.named.establishments:
        raise NotAReportError(
            f"{name}: its title does not name the establishment; expected such as «Report on an"
            " independent review of progress at HMP …»."
        )
    first = report.named.establishments[0]
    report.prefix, report.name = first.prefix, first.name
    report.title = f"Report on an independent review of progress at {report.full_name}"
    after = blocks[end] if end < len(blocks) else None
    # By line, not by block: a title page may be set without gaps.
    for line in report.source.lines[:400]:
        if after and (line.page, line.number) >= (after.page, after.number):
            break
        days = days_in(line.text)
        if days and days.precision == "day" and len(line.text) < 60 + len(days.text):
            report.days = days
            break
    return end


def _role_of(block: Block) -> str:
    """The role of a section that a block opens; empty where it opens none."""
    match = SECTION.match(block.text)
    title = plain(match["title"] if match else block.text)
    if len(title) > 140 or (not match and re.search(r"[.:;]$", block.text)):
        return ""
    for role, pattern in sections_of(HMIP, "review"):
        if pattern.search(title) and (match or len(title) < 90):
            return role
    if match:
        return "about" if match["label"].startswith("Appendix") else "other"
    return ""


class _Parts:
    """Reads blocks one by one, knowing the section, heading and item that it is in."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.role = ""
        self.label = ""
        self.heading = ""
        self.item: int | None = None
        self.concern: tuple[Block, str, str, bool | None] | None = None
        self.group = ""
        self.writer = OFSTED
        self.held: list[Block] = []
        self.labels = {label for scale in levels().values() for label in scale}

    def read(self, blocks: list[Block]) -> None:
        position = 0
        while position < len(blocks):
            row = row_at(blocks, position)
            end = position + len(row)
            if not self._row(row):
                for place, block in enumerate(row, position + 1):
                    self._read(block, blocks[place] if place < len(blocks) else None)
            position = end
        self._end_section()

    def _row(self, cells: list[Block]) -> bool:
        """Read a row of a table as a whole; whether it is one that is known."""
        if self.role not in ("summary", "key_findings", "other"):
            return False
        if outcomes_in_row(cells):
            self.report.outcome_rows.append((cells, self.label))
            self.report.consumed.append(cells[0])
            return True
        is_example = len(cells) > 1 and any(SEE_ALONE.match(cell.text) for cell in cells)
        if self._is_practice() and is_example and (found := practice_of_row(cells, self.label)):
            self.report.practice.append(found)
            self.report.consumed += [cell for cell in cells if cell is not found.block]
            return True
        return False

    def _is_practice(self) -> bool:
        return plain(self.heading) == "notable positive practice"

    def _read(self, block: Block, following: Block | None) -> None:
        role = "" if block.cell else _role_of(block)
        match = SECTION.match(block.text)
        if self.role == "about" and not match:
            # An appendix has headings of its own; only an introduction is followed by sections
            # without a number.
            role = "" if self.label.startswith("Appendix") or role == "about" else role
        if role and not NUMBERED.match(block.text):
            self._end_section()
            self.role = role
            self.label = match["label"] if match else ""
            self.heading = ""
            self.report.sections.append((role, self.label))
            return
        figure = FIGURE.match(block.text)
        if figure:
            self.report.figures.append((self.role, figure["label"], block))
        elif self.role == "progress":
            self._read_progress(block, following)
        elif self.role == "judgements":
            self._read_judgements(block)
        elif NUMBERED.match(block.text) and self.role != "about":
            self._paragraph(block)
        elif self.role == "about":
            self.report.about.append((self.label, block))
        elif self.role in ("summary", "key_findings", "other"):
            if plain(block.text) == "notable positive practice":
                self.heading = block.text
            elif block.is_heading:
                self.heading = block.text
                self._unread(block, "a heading", False)
            elif self._is_practice() and _is_example(block):
                found = practice_of(block.text, "", self.label, block)
                if found is not None:
                    self.report.practice.append(found)
            else:
                self._unread(block, *_kind_of(block))

    def _read_progress(self, block: Block, following: Block | None) -> None:
        keyword = KEYWORD.match(block.text)
        if NUMBERED.match(block.text):
            self._paragraph(block)
        elif keyword:
            self._keyword(block, keyword)
        elif self._is_heading(block, following):
            self._drop_concern()
            self.heading, self.item, self.writer = block.text, None, OFSTED
            self.report.headings.append(block)
        else:
            if written := re.match(
                r"This part of the report is written by (.*?) inspectors", block.text
            ):
                self.writer = body_of(written[1]) or slug(written[1])
            self._unread(block, *_kind_of(block))

    def _is_heading(self, block: Block, following: Block | None) -> bool:
        if plain(block.text) in areas() or block.is_heading:
            return True
        opens = following is not None and (
            KEYWORD.match(following.text) or _BOILERPLATE.match(following.text)
        )
        return bool(
            opens
            and len(block.text) <= 90
            and block.text[0].isupper()
            and not re.search(r"[.!?,;:]$", block.text)
            and not _BOILERPLATE.match(block.text)
            and block.style != "caption"
        )

    def _keyword(self, block: Block, keyword: re.Match[str]) -> None:
        kind = " ".join(keyword["kind"].lower().split())
        text = " ".join(keyword["text"].split())
        ordinal = keyword["number"] or ""
        if "and" in kind:
            self._unread(
                block, "a concern and a recommendation in one: their border is not known", True
            )
            self.item = None
            return
        if "concern" in kind:
            self._drop_concern()
            is_priority = True if "priority" in kind else None
            self.concern = (block, text, ordinal, is_priority)
            self.item = None
            return
        body = self.writer if kind == "theme" else HMIP
        item = Item("theme" if kind == "theme" else "recommendation", body, text, block)
        item.ordinal = ordinal
        if self.concern:
            concern, concern_text, _, item.is_priority = self.concern
            item.concern, item.concern_text = concern, concern_text
            self.concern = None
        self._add_item(item)

    def _add_item(self, item: Item) -> None:
        match = _REFERENCE.search(item.text)
        if match:
            item.reference = match["reference"]
            item.text = item.text[: match.start()].strip()
            if match["rest"]:
                item.doubts.append(f"{match['rest'].strip(', ')!r} beside its reference")
        elif "." in item.ordinal or item.ordinal.startswith("S"):
            item.reference = item.ordinal
        elif lead := _LEADING_REFERENCE.match(item.text):
            item.reference = lead["reference"]
            item.text = item.text[lead.end() :]
        elif re.search(r"\([^()]*\d[^()]*\)\.?$", item.text):
            item.doubts.append("the words in brackets at its end are not a known reference")
        item.heading, item.label = self.heading, self.label
        self.report.items.append(item)
        self.item = len(self.report.items) - 1

    def _drop_concern(self) -> None:
        if self.concern:
            self._unread(self.concern[0], "a concern without recommendation or finding", True)
            self.concern = None

    def _paragraph(self, block: Block) -> None:
        match = NUMBERED.match(block.text)
        if match is None or not match["text"]:
            self._unread(block, "a number without text", True)
            return
        if self.role == "progress" and self.concern:
            # Since 2022 it is the concern itself that is followed up.
            concern, text, ordinal, is_priority = self.concern
            item = Item("concern", HMIP, text, concern, ordinal=ordinal, is_priority=is_priority)
            self.concern = None
            self._add_item(item)
        self.report.paragraphs.append(
            NumberedParagraph(
                match["number"],
                " ".join(match["text"].split()),
                block,
                self.role,
                self.heading,
                self.item if self.role == "progress" else None,
            )
        )

    def _read_judgements(self, block: Block) -> None:
        if plain(block.text) in self.labels:
            if not self.held:
                self._unread(block, "a judgement of nothing", True)
                return
            text = _without_label(" ".join(held.text for held in self.held))
            self.report.restatements.append(
                Restatement(text, plain(block.text), self.group, self.held[0], self.label)
            )
            self.held = []
        elif re.fullmatch(
            r"(?:HMI Prisons |HMIP )?(?:key |priority )*(?:recommendations?|concerns?)"
            r"|(?:\w+ )?themes?",
            block.text,
            re.IGNORECASE,
        ):
            self._end_section()
            self.group = block.text
        elif _BOILERPLATE.match(block.text):
            self._unread(block, "wording of every report", False)
        else:
            self.held.append(block)

    def _end_section(self) -> None:
        for block in self.held:
            self._unread(block, "an entry without judgement", True)
        self.held = []
        self._drop_concern()
        self.item = None

    def _unread(self, block: Block, why: str, needs_person: bool) -> None:
        where = self.heading or self.label or self.role
        self.report.unread.append(Unread(block, where, why, needs_person))


def _is_example(block: Block) -> bool:
    """Whether a text without a number is an example: it has a mark of a list, or a pointer."""
    text = block.text
    return not PRACTICE_FRAME.match(text) and bool(ITEM_LETTER.match(text) or SEE.search(text))


def _without_label(text: str) -> str:
    """An entry of the last section without «Theme 1:» before it or its reference behind it."""
    if match := KEYWORD.match(text):
        text = match["text"]
    return _REFERENCE.sub("", " ".join(text.split())).strip(" -•")


def _kind_of(block: Block) -> tuple[str, bool]:
    if _BOILERPLATE.match(block.text):
        return "wording of every report", False
    if block.style == "caption" or (len(block.text) < 80 and not re.search(r"[.!?]$", block.text)):
        return "a caption or a signature", False
    return "text without a number", True


def missing_from_report(report: Report) -> list[str]:
    """Sentences on the missing part of a text that breaks off within its judgements."""
    missing: list[str] = []
    name = report.source.name
    last = report.blocks[-1].text if report.blocks else ""
    roles = {role for role, _ in report.sections}
    if "progress" not in roles:
        missing.append(
            f"{name} is cut off, or its headings are not known: it has no section such as"
            f" «Section 3 Progress against the key concerns and recommendations»; it ends with"
            f" «{last[-60:]}»."
        )
    listed = [plain(title) for title in report.layout.contents]
    for title, original in zip(listed, report.layout.contents, strict=True):
        match = SECTION.match(original)
        heading = plain(match["title"]) if match else title
        role = next(
            (role for role, pattern in sections_of(HMIP, "review") if pattern.search(heading)), ""
        )
        if role in ("progress", "judgements", "key_findings", "summary") and role not in roles:
            missing.append(
                f"{name} is cut off: its contents list «{original}», which the text does not"
                f" have; it ends with «{last[-60:]}»."
            )
    if not report.items:
        missing.append(
            f"{name}: its section on progress names no recommendation, concern or theme in words"
            " that are known («Recommendation: …», «Concern: …», «Theme 1: …»)."
        )
    if missing:
        return missing
    is_last_section = report.sections[-1][0] in ("progress", "judgements")
    last_item = [
        paragraph for paragraph in report.paragraphs if paragraph.item == len(report.items) - 1
    ]
    is_judged = any(
        judgement_in(sentence) for paragraph in last_item for sentence in sentences(paragraph.text)
    )
    if report.sections[-1][0] == "progress" and not is_judged:
        missing.append(
            f"{name} is cut off: nothing follows the section on progress, and the last thing that"
            f" it follows up has no judgement; it ends with «{last[-60:]}»."
        )
    if is_last_section and not re.search(r"[.!?)\]]['\"’”]?$|progress$", last, re.IGNORECASE):
        missing.append(
            f"{name} is cut off in the midst of a sentence: it ends with «{last[-60:]}»."
        )
    return missing
