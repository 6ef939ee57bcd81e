"""Reads what a visit follows up: items with a verdict below, or with paragraphs that judge them."""

import re
from dataclasses import replace

from inspections.intake.document_types.report.brackets import take_brackets
from inspections.intake.document_types.report.parts import Item, Report, Restatement
from inspections.intake.document_types.report.statements import BOILERPLATE, Statements
from inspections.intake.text.model import Block
from inspections.intake.text.patterns import (
    ENTRY,
    NUMBERED,
    REFERENCE,
    VERDICT,
    VERDICT_BEHIND,
    Labelled,
)
from inspections.intake.text.vocabulary import OFSTED, areas, body_of, levels, plain, slug

RECOMMENDATION = re.compile(rf"\b(?:Key |Main )?[Rr]ecommendation(?: (?:{REFERENCE}|\d+))?\s*:\s*")
CONCERN = re.compile(rf"^(?:Key |Main |Priority )?[Cc]oncerns?(?: (?:{REFERENCE}|\d+))?\s*:\s*")
INTRODUCES = re.compile(
    r"^(?:At|In|During|Since) (?:our|the|that|this|its) (?:last |previous |most recent )?(?:full )?"
    r"(?:inspection|visit)\b|^We made \w|^We raised \w|^The prison (?:fully )?accepted\b"
    r"|^The following (?:is|sets out|summary)|^This (?:section|appendix) |^The reference numbers?\b"
    r"|^If a recommendation has been repeated|^Outcomes for \w+ (?:were|remained)"
    r"|^(?:Inspectors|We) found\b",
)
_OPENS_A_TEST = re.compile(
    r"^At (?:our|the|that) (?:last|previous|most recent) (?:full )?inspection\b"
)
_WRITTEN_BY = re.compile(r"This part of the report is written by (?P<body>.*?) inspectors")
_BEHIND = re.compile(r"\s*\((?P<reference>S\d{1,3}|\d{1,2}\.\d{1,3})(?P<rest>,[^()]*)?\)\.?\s*$")
_BEFORE = re.compile(r"^(?P<reference>S\d{1,3}|\d{1,2}\.\d{1,3})\s+")
_GROUP = re.compile(
    r"(?:HMI Prisons |HMIP )?(?:key |priority )*(?:recommendations?|concerns?)|(?:\w+ )?themes?",
    re.IGNORECASE,
)


class FollowUp(Statements):
    """Knows the entry that is open until its judgement follows."""

    def __init__(self, report: Report) -> None:
        super().__init__(report)
        self.held: list[Block] = []
        # The place among the items followed up of the one that paragraphs are about.
        self.followed: int | None = None
        self.concern: Item | None = None
        # Whose themes are judged, and whose entries are listed.
        self.writer = OFSTED
        self.group = ""
        self.labels = {label for scale in levels().values() for label in scale}

    # Items with a verdict below, entries with a judgement below ---------------------------------

    def _progress(self, block: Block) -> None:
        verdict = VERDICT.match(block.text)
        behind = VERDICT_BEHIND.match(block.text)
        if verdict:
            self._verdict(block, verdict)
        elif behind and (verdict := VERDICT.match(behind["verdict"])):
            # Set on one line with what it is about.
            self.held.append(replace(block, text=behind["text"]))
            self._verdict(block, verdict, block)
        elif _OPENS_A_TEST.match(block.text) or (INTRODUCES.match(block.text) and not self.held):
            self._introduction(self.label, block)
        else:
            self._hold(block)

    def _hold(self, block: Block) -> None:
        """Keep a text until what judges it follows."""
        if BOILERPLATE.match(block.text):
            self._unread(block, "wording of every report", False)
        else:
            self.held.append(block)

    def _drop_held(self) -> None:
        for block in self.held:
            self._unread(block, "an entry without a verdict", True)
        self.held = []
        if self.concern is not None:
            block = self.concern.block
            self._unread(block, "a concern without recommendation or finding", True)
        self.concern = None

    def _verdict(self, block: Block, verdict: re.Match[str], rests_on: Block | None = None) -> None:
        if not self.held:
            self._unread(block, "a verdict on nothing", True)
            return
        first = rests_on or self.held[0]
        self.report.consumed += self.held[1:]
        text = " ".join(" ".join(held.text for held in self.held).split())
        doubts = [doubt for held in self.held for doubt in held.doubts]
        self.held = []
        numbered = NUMBERED.match(text)
        entry = ENTRY.match(text)
        reference = ""
        if numbered and numbered["text"]:
            reference, text = numbered["number"], numbered["text"]
        elif entry:
            reference, text = entry["number"], entry["text"]
        parts = RECOMMENDATION.split(text, maxsplit=1)
        text = parts[1] if len(parts) > 1 else CONCERN.sub("", text, count=1)
        item = Item("recommendation", reference, text.lstrip("-•* "), first, self.label)
        take_brackets(item)
        item.verdict = plain(verdict["label"])
        item.kind = self.kind or ("concern" if "addressed" in item.verdict else "recommendation")
        repeated = verdict["rest"] or ""
        if "repeat" in repeated:
            item.repeated_as = (re.findall(REFERENCE, repeated) or [""])[-1]
        item.test = self.test
        item.is_key = self.is_key
        item.is_priority = self.is_priority if item.kind == "concern" else None
        item.of_scrutiny_visit = self.of_scrutiny_visit
        # What brackets hold is of the last report, where the number in front is this one's.
        item.repeats, item.addressees, item.doubts = "", [], doubts
        self.report.followed_up.append(item)

    def _verdict_row(self, cells: list[Block]) -> bool:
        """Read a row of the follow-up: an item, and the verdict next to it."""
        verdicts = [cell for cell in cells if VERDICT.match(cell.text)]
        if self.role != "progress" or len(verdicts) != 1:
            return False
        verdict = VERDICT.match(verdicts[0].text)
        others = [cell for cell in cells if cell is not verdicts[0]]
        if verdict is None or not any(len(cell.text) > 25 for cell in others):
            return False
        self._drop_held()
        self.held = others
        self._verdict(verdicts[0], verdict)
        return True

    def _judgements(self, block: Block) -> None:
        """Read the last section of a review, which lists its judgements again."""
        if _GROUP.fullmatch(block.text):
            self._drop_held()
            self.group = block.text
        elif plain(block.text) not in self.labels:
            self._hold(block)
        elif not self.held:
            self._unread(block, "a verdict on nothing", True)
        else:
            text = " ".join(held.text for held in self.held)
            labelled = self.wording.labelled(text)
            text = " ".join((labelled.text if labelled else text).split())
            text = _BEHIND.sub("", text).strip(" -•")
            self.report.restatements.append(
                Restatement(text, plain(block.text), self.group, self.held[0], self.label)
            )
            self.held = []

    # Items that paragraphs below judge ----------------------------------------------------------

    def _followed_up(self, block: Block, following: Block | None) -> None:
        """Read a text without a number among the items that paragraphs judge."""
        labelled = self.wording.labelled(block.text)
        if labelled:
            self._label_followed(block, labelled)
        elif self._heads_items(block, following):
            self._drop_held()
            self.area, self.followed, self.writer = block.text, None, OFSTED
        else:
            if written := _WRITTEN_BY.match(block.text):
                self.writer = body_of(written["body"]) or slug(written["body"])
            self._text_between(block)

    def _heads_items(self, block: Block, following: Block | None) -> bool:
        if plain(block.text) in areas() or block.is_heading:
            return True
        opens = following is not None and (
            self.wording.labelled(following.text) or BOILERPLATE.match(following.text)
        )
        return bool(
            opens
            and len(block.text) <= 90
            and block.text[0].isupper()
            and not re.search(r"[.!?,;:]$", block.text)
            and not BOILERPLATE.match(block.text)
            and block.style != "caption"
        )

    def _label_followed(self, block: Block, labelled: Labelled) -> None:
        kind = " ".join(labelled.kind.split())
        self.followed = None
        if kind == "practice":
            self._add_practice(labelled.text, labelled.number, block)
            return
        if "and" in kind:
            self._unread(
                block, "a concern and a recommendation in one: their border is not known", True
            )
            return
        item = Item("recommendation", "", " ".join(labelled.text.split()), block, self.label)
        item.ordinal = labelled.number
        item.area, item.body = self.area, self.report.body
        if "concern" in kind:
            self._drop_held()
            item.kind, item.is_priority = "concern", True if "priority" in kind else None
            # Whether the concern itself is followed up is known by what stands below it.
            self.concern = item
            return
        if kind == "theme":
            item.kind, item.body = "theme", self.writer
        if self.concern is not None:
            item.concern_block, item.concern_text = self.concern.block, self.concern.text
            item.is_priority, self.concern = self.concern.is_priority, None
        self._follow(item)

    def _follow_concern(self) -> None:
        """Take the concern above a paragraph for what is followed up, as it is since 2022."""
        if self.concern is not None:
            item, self.concern = self.concern, None
            self._follow(item)

    def _follow(self, item: Item) -> None:
        match = _BEHIND.search(item.text)
        if match:
            item.reference = match["reference"]
            item.text = item.text[: match.start()].strip()
            if match["rest"]:
                item.doubts.append(f"{match['rest'].strip(', ')!r} beside its reference")
        elif "." in item.ordinal or item.ordinal.startswith("S"):
            item.reference = item.ordinal
        elif lead := _BEFORE.match(item.text):
            item.reference = lead["reference"]
            item.text = item.text[lead.end() :]
        elif re.search(r"\([^()]*\d[^()]*\)\.?$", item.text):
            item.doubts.append("the words in brackets at its end are not a known reference")
        self.report.followed_up.append(item)
        self.followed = len(self.report.followed_up) - 1

    def _text_between(self, block: Block) -> None:
        """Set aside or ask about a text that no row rests on."""
        if BOILERPLATE.match(block.text):
            self._unread(block, "wording of every report", False)
        elif block.style == "caption" or (
            len(block.text) < 80 and not re.search(r"[.!?]$", block.text)
        ):
            self._unread(block, "a caption or a signature", False)
        else:
            self._doubt_before(block)
            self._unread(block, "text without a number", True)
