"""The sentences, lists and tables of a report that state outcomes, assessments, good practice."""

import re

from inspections.intake.document_types.outcome_tables import TESTS, outcomes_in_row
from inspections.intake.document_types.practice import (
    ITEM_LETTER,
    PRACTICE_FRAME,
    SEE,
    PracticeRead,
    practice_of,
)
from inspections.intake.document_types.prose import all_tests
from inspections.intake.document_types.report.brackets import take_brackets
from inspections.intake.document_types.report.parts import Item, OutcomeRead, Report
from inspections.intake.grammar import days_in, sentences, years_in
from inspections.intake.grammar.assessments import assessments_stated
from inspections.intake.grammar.outcomes import (
    NOT_JUDGED,
    OPENS_OUTCOMES,
    StatedOutcome,
    assessments_in,
    left_open_in,
    listed_outcomes,
    opens_assessment,
)
from inspections.intake.grammar.settled import is_of_last_time
from inspections.intake.grammar.stated_outcomes import outcomes_listed, outcomes_stated, part_named
from inspections.intake.parts import Unread
from inspections.intake.text.model import Block
from inspections.intake.text.patterns import ENDS_SENTENCE

# A part of an establishment that is inspected for itself.
UNIT = re.compile(
    r"(?:the )?(?:main (?:site|prison)|(?:[\w’'-]+ ){1,4}(?:site|unit|side|houseblock|campus))",
    re.IGNORECASE,
)
_UNIT_BEFORE = re.compile(
    r"\b(?:at|in|on|for|inspection of) the (?P<unit>main (?:site|prison)"
    r"|(?:[\w’'-]+ ){1,4}?(?:site|unit|side|houseblock|campus))\b",
    re.IGNORECASE,
)
_OPENS_LAST = re.compile(
    r"^(?:At|In|During) (?:our|the|that|its) (?:last|previous|most recent) (?:full )?inspection\b"
)
_OPENS_NOW = re.compile(
    r"\b(?:[Aa]t|[Ii]n|[Dd]uring|[Oo]n the basis of) this (?:inspection|visit)\b"
    r"|^(?:Now|On this occasion)\b"
)
_OFSTED_ASSESSES = re.compile(r"\bOfsted made the following assessments?\b", re.IGNORECASE)
BOILERPLATE = re.compile(
    r"^(?:Outcome: )?(?:(?:Prisoners|Children|Detainees|Women|Residents)\b.{0,60}\b(?:held safely"
    r"|human dignity|to engage in activity|supported to maintain|prepared for (?:their )?release"
    r"|effectively helped)\b|This part of the (?:inspection|report|visit) (?:is|was)\b"
    r"|The following provides a brief description of our findings|This (?:pie|bar) chart excludes"
    r"|A list of the HMI Prisons|The reference numbers? at the end"
    r"|Expected outcomes?\b|Leaders should make sure that all concerns\b"
    r"|Crown copyright|This publication|Printed and published|Any enquiries"
    r"|Published\b|©"
    r"|(?:HM |His Majesty.s |Her Majesty.s )?Chief Inspector of Prisons$"
    r"|HM Inspectorate of Prisons\b|(?:January|February|March|April|May|June|July|August|September"
    r"|October|November|December) \d{4}$)"
)


class Statements:
    """Where in a report a reading is, and what it says there."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.wording = report.declared.wording
        self.own = " ".join(each.full_name for each in report.named.establishments)
        self.kind_of_place = report.prison.establishment_type
        self.year = report.days.end.year if report.days else None
        self.role = "front"
        self.label = ""
        self.title = ""
        self.test = ""
        self.area = ""
        self.sub = ""
        self.is_key = False
        self.is_priority: bool | None = None
        self.kind = ""
        self.addressee = ""
        self.of_scrutiny_visit = False
        self.item: Item | None = None
        self.unit = ""
        self.area_heading: Block | None = None
        self.in_figure = False
        # Whether the definition of practice goes on in the next paragraph.
        self.frame_open = False
        # Whether «Expected outcomes:» stands alone, and its definition follows.
        self.opens_definition = False
        self.last_section = 0
        self.last_heading = ""
        self.has_paragraph = False
        self.last_numbered: Block | None = None
        self.practice: list[Block] = []
        self.opened: tuple[str, str, Block, str, list[str]] | None = None

    def _introduction(self, place: str, block: Block) -> None:
        """Take a text that introduces what follows, and what it states."""
        self.report.introductions.append((self.label, block))
        self.report.test_of[id(block)] = self.test
        self._statements(place, block.text, block)

    # Outcomes, Ofsted's assessments, practice ---------------------------------------------------

    def _statements(self, place: str, text: str, block: Block) -> None:
        """Find outcomes in a paragraph's sentences, and lists that it opens."""
        opens = OPENS_OUTCOMES.search(text)
        part = part_named(opens["where"], self.own) if opens else None
        assesses = _OFSTED_ASSESSES.search(text)
        if opens and part is not None:
            unit = part or self._unit_of(text[: opens.start()])
            self.opened = ("outcomes", place, block, unit, [text[opens.end() :]])
            text = text[: opens.start()]
        elif assesses:
            self.opened = ("assessments", place, block, "", [text[assesses.end() :]])
            text = text[: assesses.start()]
        is_last: bool | None = None
        is_of_ofsted = False
        for sentence in sentences(text):
            # A paragraph that opens with the last inspection speaks of it until it says otherwise.
            if _OPENS_LAST.search(sentence):
                is_last = True
            elif _OPENS_NOW.search(sentence):
                is_last = False
            stated, fault = outcomes_stated(sentence, self.year, self.own)
            stated = stated or self._in_other_words(sentence)
            judged, other_fault = assessments_stated(sentence, self.year, self.own, is_of_ofsted)
            is_of_ofsted = "Ofsted" in sentence or (is_of_ofsted and bool(judged))
            stated = [*stated, *judged]
            if fault or other_fault:
                self._unread(block, fault or other_fault, True)
            for outcome in stated:
                is_last = is_last if outcome.is_last is None else outcome.is_last
                self._outcome(outcome, is_last, place, sentence, block)

    def _outcome(
        self, outcome: StatedOutcome, is_last: bool | None, place: str, sentence: str, block: Block
    ) -> None:
        """Add a sentence's outcome, for the test that it names or the test of its section."""
        own = [outcome.test] if outcome.test else [TESTS[self.test]] if self.test else []
        if outcome.is_of_all:
            # The tests of the last inspection are those of its year, where the text names one.
            earlier = {year for year in years_in(block.text) if self.year and year < self.year}
            year = next(iter(earlier)) if len(earlier) == 1 else None
            own = all_tests(year if is_last else self.year, self.kind_of_place)
        if not own:
            self._unread(block, "an outcome of a test that is not named", True)
        doubts = list(outcome.doubts)
        if (
            is_last is None
            and self.role != "progress"
            and re.search(r"\bremain(?:s|ed)\b", sentence)
        ):
            # What remained is so now.
            is_last = False
        if is_last is None:
            doubts.append("the sentence does not say at which inspection")
        for test in own:
            self.report.outcomes.append(
                OutcomeRead(
                    test.code,
                    outcome.level.scale,
                    outcome.level.code,
                    outcome.unit or self._unit_of(sentence),
                    "last" if is_last or (is_last is None and self.role == "progress") else "this",
                    place,
                    block,
                    sentence,
                    doubts,
                )
            )

    def _in_other_words(self, sentence: str) -> list[StatedOutcome]:
        """The outcome that a sentence states in the words of another era."""
        for pattern, level in self.report.declared.outcome_words:
            match = pattern.search(sentence)
            if match and re.search(r"\b(?:was|were|is)\s+$", sentence[: match.start()]):
                doubt = f"the report says «{match[0]}», in words before those of the scale"
                is_last, _ = is_of_last_time(sentence, match.start(), match.end(), self.year)
                return [StatedOutcome(None, level, is_last, "", sentence, (doubt,))]
        return []

    def _unit_of(self, text: str) -> str:
        """The part of the establishment that a sentence speaks of; empty for the whole."""
        units = _UNIT_BEFORE.findall(text.partition("outcomes for")[0])
        return units[-1] if units else self.unit

    def _goes_on_with_a_list(self, block: Block) -> bool:
        """Whether a block is the next line of a list of outcomes or assessments."""
        if self.opened is None:
            return False
        what, _, _, _, lines = self.opened
        own = listed_outcomes if what == "outcomes" else assessments_in
        text = block.text.strip()
        if re.match(r"(?:S|HP|HE)?\d{1,3}(?:\.\d|\s)", text):
            # A paragraph of its own may say more of outcomes.
            return False
        is_label = what == "assessments" and re.fullmatch(
            r"(?:Inadequate|Requires improvement|Good|Outstanding)\.?", text, re.IGNORECASE
        )
        is_test = what == "assessments" and re.fullmatch(r"[A-Z][a-z ,]+:?", text) and "of" in text
        # «Not assessed» ends no list: the tests below it are judged.
        is_entry = what == "assessments" and len(text) < 120 and opens_assessment(text)
        is_label = is_label or (what == "assessments" and NOT_JUDGED.fullmatch(text.strip(" .")))
        if own(text) or is_label or is_entry or (is_test and len(text) < 60):
            lines.append(text)
            self.report.consumed.append(block)
            return True
        return False

    def _close(self) -> None:
        """Read the list that was open."""
        if self.practice:
            # Several examples may be set as one list.
            text = " ".join(each.text for each in self.practice)
            for example in re.split(r"(?<=[.!?)])\s+(?:[•▪●]|[b-h]\))\s+(?=\w)", text):
                self._add_practice(example.lstrip("•▪● "), "", self.practice[0])
            self.report.consumed += self.practice[1:]
            self.practice = []
        if self.opened is None:
            return
        what, place, block, unit, lines = self.opened
        self.opened = None
        text = " ".join(lines)
        read = listed_outcomes(text) if what == "outcomes" else assessments_in(text)
        if not read:
            self._unread(block, f"a list of {what} of which nothing could be read", True)
        elif what == "assessments" and (left := left_open_in(lines)):
            self._unread(block, f"assessments in words that are not known: {'; '.join(left)}", True)
        for test, level in read:
            self.report.outcomes.append(
                OutcomeRead(
                    test.code,
                    level.scale,
                    level.code,
                    unit,
                    "this",
                    place,
                    block,
                    f"{level.label} for {test.name}"
                    if what == "outcomes"
                    else f"{test.name}: {level.label}",
                )
            )

    def _outcome_row(self, cells: list[Block]) -> bool:
        """Read a row of a table of outcomes: a test, and the outcome of one year or two."""
        found = outcomes_in_row(cells)
        is_open = self.report.declared.follows_up and len(found) > 1
        if is_open and not all(years_in(head) for *_, head in found):
            why = (
                "a table gives outcomes of several inspections, its columns are headed by no years"
            )
            self._unread(cells[0], why, True)
            self.report.consumed += cells[1:]
            return True
        for test, level, cell, head in found:
            visit, doubts = self._visit_of_column(head)
            said = f"{cells[0].text}: {cell.text}" + (f" ({head})" if head else "")
            self.report.outcomes.append(
                OutcomeRead(
                    *(test.code, level.scale, level.code, self.unit, visit, self.label, cell, said),
                    doubts,
                    days_in(head) if visit.isdigit() else None,
                )
            )
        if found:
            self.report.consumed.append(cells[0])
        return bool(found)

    def _outcomes_of_a_figure(self, block: Block) -> bool:
        """Read an entry below a figure's caption, such as «Safety: poor», of the caption's year."""
        caption = self.report.figures[-1][2].text
        years = years_in(caption)
        listed = [each for each in outcomes_listed(block.text) if each.test is not None]
        if not listed or len(years) != 1 or "outcomes" not in caption:
            return False
        head = str(years[0])
        visit, doubts = self._visit_of_column(head)
        for each in listed:
            if each.test is None:
                continue
            said = f"{block.text} ({head})"
            where = (self.unit, visit, self.label, block, said)
            self.report.outcomes.append(
                OutcomeRead(
                    *(each.test.code, each.level.scale, each.level.code, *where),
                    list(doubts),
                    days_in(head) if visit.isdigit() else None,
                )
            )
        return True

    def _assessed_row(self, cells: list[Block]) -> bool:
        """Take a row of a table of assessments: what is judged, and the judgement beside it."""
        if self.opened is None or self.opened[0] != "assessments" or len(cells) != 2:
            return False
        entry = f"{cells[0].text.strip(' :')}: {cells[1].text.strip()}"
        if not opens_assessment(entry):
            return False
        self.opened[4].append(entry)
        self.report.consumed += cells
        return True

    def _visit_of_column(self, head: str) -> tuple[str, list[str]]:
        """The visit that a column's head names, and what is open about that."""
        years, days = years_in(head), self.report.days
        if self.report.declared.follows_up:
            held = days_in(head)
            if held and (days is None or held.start <= days.end):
                return str(held.end.year), []
            return "last", ["the table does not say of which inspection it is"]
        if years and days:
            return "last" if years[-1] < days.start.year else "this", []
        if re.search(r"\b(?:last|previous)\b", head, re.IGNORECASE):
            return "last", []
        is_said = years or re.search(r"\bthis\b|\bnow\b|current", head, re.IGNORECASE)
        return "this", [] if is_said else ["the table does not say at which inspection"]

    def _practice(self, block: Block) -> None:
        if self.role == "lists":
            if len(block.text) > 40 and ENDS_SENTENCE.search(block.text):
                self._listed_practice(block.text, block)
            else:
                self._unread(block, "a heading", False)
            return
        # An example has a mark or a pointer, the rest of the definition has none.
        is_example = re.match(r"[•▪●*–-] ", block.text) or SEE.search(block.text)
        if PRACTICE_FRAME.match(block.text) or (self.frame_open and not is_example):
            self.frame_open = block.text.endswith(":")
            self.report.introductions.append((self.label, block))
            return
        if self.practice and ITEM_LETTER.match(block.text):
            # The mark of a list opens an example.
            self._close()
        self.practice.append(block)
        if SEE.search(block.text):
            self._close()

    def _listed_practice(self, text: str, block: Block) -> None:
        """Add an example from the list at the end; most are in the body, too."""
        item = Item("practice", "", ITEM_LETTER.sub("", " ".join(text.split())), block)
        take_brackets(item)
        self.report.listed_practice.append(
            PracticeRead(item.text, self.label, item.reference, block)
        )

    def _add_practice(self, text: str, number: str, block: Block) -> None:
        found = practice_of(text, number, self.label, block)
        if found is None:
            self._unread(block, "a pointer without an example", True)
        else:
            if number and self.report.declared.follows_up:
                # It is a finding, too, and kept whole, with its pointer.
                found.text = text
            self.report.practice.append(found)

    def _unread(self, block: Block, why: str, needs_person: bool) -> None:
        where = self.area or self.label or self.role
        self.report.unread.append(Unread(block, where, why, needs_person))

    def _doubt_before(self, block: Block) -> None:
        """Doubt the paragraph above a text without a number, which may go on in it."""
        above = self.last_numbered
        if above is not None and not re.match(r"[-–•]", block.text):
            above.doubts.append("a text without a number follows, which may be a part of it")
        self.last_numbered = None
