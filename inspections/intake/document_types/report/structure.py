"""The parts of a report, recognised by the words of headings, labels and verdicts.

Types and eras differ in what is raised (recommendations and housekeeping points; key concerns with
recommendations; concerns alone), in what is followed up and in where it stands, not in how a
paragraph looks, so that one reading serves all: the role of a section decides what stands in it.

Longer than 500 lines: one pass over the blocks, whose steps share what was read last.
"""

import re
from dataclasses import replace

from inspections.intake.document_types.outcome_tables import TESTS, row_at
from inspections.intake.document_types.practice import (
    ITEM_LETTER,
    PRACTICE_FRAME,
    SEE,
    SEE_ALONE,
    practice_of_row,
)
from inspections.intake.document_types.report.brackets import (
    reference_behind,
    take_brackets,
)
from inspections.intake.document_types.report.follow_up import (
    CONCERN,
    INTRODUCES,
    RECOMMENDATION,
    FollowUp,
)
from inspections.intake.document_types.report.parts import Item, OutcomeRead, RatingRead, Report
from inspections.intake.document_types.report.sections import Section, section_opened_by
from inspections.intake.document_types.report.statements import BOILERPLATE, UNIT
from inspections.intake.grammar.outcomes import (
    assessments_in,
    listed_outcomes,
    opens_assessment,
)
from inspections.intake.parts import NumberedParagraph
from inspections.intake.text.model import Block
from inspections.intake.text.patterns import (
    ENDS_SENTENCE,
    ENTRY,
    FIGURE,
    NUMBERED,
    REFERENCE,
    SECTION,
    VERDICT,
    Labelled,
)
from inspections.intake.text.vocabulary import HMIP, areas, levels, plain, tests

# An entry of the list at the end may open with the number that the matter has in the body.
_LISTED_AS = re.compile(
    rf"^(?:Key |Main |Priority )?(?P<kind>[Cc]oncern|[Rr]ecommendation) "
    rf"[(\[]?(?P<own>{REFERENCE})[)\]]?\s*:\s*"
)
# What stands below the headings of a body's own lists.
_LISTS = {
    "concern": "concerns",
    "recommendation": "recommendations",
    "housekeeping_point": "housekeeping",
    "practice": "practice",
}
# What may follow an introduction without a label of its own.
_BEHIND_AN_INTRODUCTION = ("improve", "summary", "key_findings", "followed_up", "judgements")
# What may stand beside an item in a column of its own: its paragraph, its addressee.
_BESIDE = re.compile(
    rf"^[(\[]?(?:(?:[Pp]ara(?:graph)?s?\.? |QIs? )?{REFERENCE}[^.]{{0,60}}(?:{REFERENCE})?"
    r"|[Tt]o (?:the )?\w.{1,60}|(?:[Tt]he )?[Gg]overnor|HMPPS|NOMS|SPS)[)\]]?\.?$"
)
_PAIRED = (re.compile(r"\bconcerns?\b"), re.compile(r"\brecommendations?\b"))
_TO_ALONE = re.compile(r"[(\[]?(?P<to>To [^()\[\]]{2,120}?)[)\]]?\.?")


def read_parts(report: Report, blocks: list[Block]) -> None:
    """Read the blocks behind the title page into the report's parts.

    Args:
        report: The report, which is filled.
        blocks: Its text, without the title page.
    """
    reading = _Reading(report)
    position = 0
    while position < len(blocks):
        row = row_at(blocks, position)
        position += len(row)
        following = blocks[position] if position < len(blocks) else None
        if len(row) > 1:
            reading.read_row(row, following)
        else:
            reading.read(row[0], following)
        place = reading.label or reading.role.replace("_", " ")
        report.section_of.update((id(block), place) for block in row)
    reading.end()


def _pair_of(heads: list[str]) -> tuple[int, int] | None:
    """The columns of concerns and of recommendations, by the heads of a table."""
    concerns, recommendations = (
        [place for place, head in enumerate(heads) if pattern.search(head)] for pattern in _PAIRED
    )
    if len(concerns) == 1 and len(recommendations) == 1 and concerns != recommendations:
        return concerns[0], recommendations[0]
    return None


def _said_pair(texts: list[str]) -> tuple[int, int] | None:
    """The cells of a concern and of its recommendation, by the words that open them."""
    concerns = [place for place, text in enumerate(texts) if CONCERN.match(text)]
    answers = [place for place, text in enumerate(texts) if RECOMMENDATION.match(text)]
    return (concerns[0], answers[0]) if len(concerns) == len(answers) == 1 else None


class _Reading(FollowUp):
    """Reads blocks one by one, knowing the section, test, area and list that it is in."""

    # One block ----------------------------------------------------------------------------------

    def read(self, block: Block, following: Block | None = None) -> None:
        """Read a block, knowing the one behind it."""
        opened = Section() if block.cell else self._opened(self._completed(block))
        if opened.role == "test" and self.label.startswith("Appendix") and self.role == "progress":
            # The follow-up names the sections of the last report.
            self._close()
            self._drop_held()
            self.test, self.area, self.sub = opened.title, "", ""
            return
        if opened.role and not NUMBERED.match(block.text):
            self._section(opened)
            return
        if self._rating(block):
            return
        figure = FIGURE.match(block.text)
        if not block.cell and (figure or NUMBERED.match(block.text) or block.is_heading):
            self.in_figure = bool(figure)
        if figure:
            self._close()
            self.report.figures.append((self.role, figure["label"], block))
        elif self.in_figure and not block.cell and self._outcomes_of_a_figure(block):
            return
        elif self._is_set_aside(block):
            self.report.about.append((self.label, block))
        elif self.in_figure and (block.cell or block.style == "small"):
            self._unread(block, "a figure's words", False)
        elif self.role == "judgements":
            self._judgements(block)
        elif self.role == "followed_up" and not NUMBERED.match(block.text):
            self._followed_up(block, following)
        elif self._goes_on_with_a_list(block) or self._heading(block):
            return
        elif NUMBERED.match(block.text):
            self._numbered(block)
        elif self.sub == "practice":
            self._practice(block)
        elif self.role == "progress":
            self._progress(block)
        elif self.report.declared.follows_up:
            self._text_between(block)
        elif labelled := self.wording.labelled(block.text):
            self._labelled(labelled, block)
        elif (entry := ENTRY.match(block.text)) and (
            self.role == "lists" and self.report.body != HMIP
        ):
            self._listed_by_number(entry["number"], entry["text"], block)
        elif entry and (
            self.role == "improve" or (self.kind and self.wording.list_of(plain(self.last_heading)))
        ):
            self._concern(entry, block)
        else:
            self._text(block)

    def _opened(self, block: Block) -> Section:
        """The section that a block opens here; a heading within a section opens none."""
        opened = section_opened_by(block, self.report.declared)
        role, label = opened.role, opened.label
        if role and self.label.startswith("Appendix"):
            number = re.match(r"Section (\d+)", label)
            if role == "test" and self.role == "progress":
                return opened
            if role == "test" or (number and int(number[1]) <= self.last_section):
                # A survey's sections are none of the report's.
                return Section()
        if label or not role:
            return opened
        # Only an introduction is followed by sections without a label.
        is_within = self.role == "about" and role not in _BEHIND_AN_INTRODUCTION
        # The summary has a heading of the same words as the follow-up.
        is_within = is_within or (role == "progress" and self.role == "summary")
        is_within = is_within or (role == "about" and self.role != "front")
        return Section() if is_within else opened

    def _is_set_aside(self, block: Block) -> bool:
        """Whether a block is front matter, or part of a section that states no facts."""
        if self.role not in ("about", "front", "contents"):
            return False
        match = NUMBERED.match(block.text)
        if match and "." in match["number"] and not self.label.startswith(("Appendix", "Annex")):
            # What has a number is no front matter: the heading of its section is not known.
            self.role, self.area = "other", ""
            self.report.sections.append(("other", ""))
            return False
        return True

    def _rating(self, block: Block) -> bool:
        """Take the rating of the quality indicator or the standard above; whether it is one."""
        level = self.wording.rated(block.text)
        if not level:
            return False
        self._close()
        paragraphs = self.report.paragraphs
        above = self.last_numbered
        is_indicator = (
            bool(paragraphs)
            and above is not None
            and paragraphs[-1].block is above
            and not block.text.lower().startswith("overall")
        )
        subject = paragraphs[-1] if is_indicator else None
        if subject is not None:
            # An indicator is what the inspectorate expects, not what it found.
            paragraphs.pop()
            self.report.consumed.append(subject.block)
        elif self._judges_standard(level, block):
            return True
        self.report.ratings.append(
            RatingRead(
                subject.number if subject else self.label,
                subject.text if subject else self.area or self.label,
                level,
                block,
            )
        )
        self.report.consumed.append(block)
        return True

    def _judges_standard(self, level: str, block: Block) -> bool:
        """Take the rating of a standard for its outcome; whether the log has scale and standard."""
        scale = self.report.declared.scale
        judged = levels().get(scale, {}).get(level)
        test = next((each for each in tests(scale) if plain(each.name) == self.title), None)
        is_overall = block.text.lower().startswith("overall")
        if judged is None or test is None or (self.area and not is_overall):
            return False
        said = f"{self.label or test.name}: {block.text}"
        doubts = [] if is_overall else ["the rating does not say that it is of the whole standard"]
        if not judged.is_documented:
            doubts.append("its scale is general knowledge: no document of the log has it")
        self.report.outcomes.append(
            OutcomeRead(
                *(test.code, scale, judged.code, self.unit, "this", self.label, block, said),
                doubts,
            )
        )
        return True

    def _listed_by_number(self, number: str, text: str, block: Block) -> None:
        """Take an entry of the list at the end that names its item by number."""
        item = Item("recommendation", number, " ".join(text.split()), block)
        take_brackets(item)
        item.reference = number
        self.report.listed.append(item)

    def _completed(self, block: Block) -> Block:
        """A section's heading with the whole of its title, where the contents have more of it."""
        match = SECTION.match(block.text)
        if match is None:
            return block
        for entry in self.report.layout.contents:
            listed = SECTION.match(entry)
            if (
                listed
                and listed["label"] == match["label"]
                and plain(listed["title"]).startswith(plain(match["title"]))
            ):
                return replace(block, text=entry)
        return block

    def read_row(self, cells: list[Block], following: Block | None) -> None:
        """Read a row of a table.

        Args:
            cells: Its cells from left to right, without empty ones.
            following: The block behind the row.
        """
        texts = [cell.text for cell in cells]
        heads = [plain(cell.cell.header) if cell.cell else "" for cell in cells]
        if self.role in ("about", "front", "contents"):
            self.report.about += [(self.label, cell) for cell in cells]
        elif self.role in ("followed_up", "judgements"):
            self._cells(cells, following)
        elif self._outcome_row(cells) or self._verdict_row(cells) or self._assessed_row(cells):
            return
        elif self.report.declared.follows_up and self.sub != "practice":
            # What is raised in a table is none of a visit that follows up.
            self._cells(cells, following)
        elif self.in_figure:
            for cell in cells:
                self._unread(cell, "a figure's words", False)
        elif all(
            self.wording.is_list(plain(text)) or plain(text) in areas() for text in texts
        ) and not any("concern" in text.lower() for text in texts):
            # A heading with its addressee beside it.
            for cell in cells:
                self._heading(cell)
        elif (pair := _pair_of(heads)) and max(pair) < len(cells) and len(texts) > 1:
            self._pair(cells, *pair)
        elif said := _said_pair(texts):
            self._pair(cells, *said)
        elif self._numbered_row(cells):
            return
        elif all(len(text) < 60 and not ENDS_SENTENCE.search(text) for text in texts):
            if self.sub != "practice" or not SEE_ALONE.match(texts[-1]):
                for cell in cells:
                    self._unread(cell, "the head of a table, or a short row of one", False)
        elif self.sub == "practice" and self.role != "lists":
            self._practice_row(cells)
        else:
            self._cells(cells, following)

    def _cells(self, cells: list[Block], following: Block | None) -> None:
        for cell, after in zip(cells, [*cells[1:], following], strict=True):
            self.read(cell, after)

    def _numbered_row(self, cells: list[Block]) -> bool:
        """Read a row that begins with its number: the text after it, and its continuation."""
        entry = ENTRY.match(f"{cells[0].text.strip(' .')}. {cells[1].text}")
        if entry and self.role == "improve" and len(cells) == 2 and len(entry["text"]) > 25:
            self._concern(entry, cells[1])
            self.report.consumed.append(cells[0])
            return True
        number = cells[0].text.strip(" .")
        numbered = NUMBERED.match(cells[0].text)
        beside = [_BESIDE.match(cell.text) for cell in cells[1:]]
        if numbered and numbered["text"] and self.role == "lists" and all(beside):
            behind = "".join(f" ({cell.text.strip(' ()[].')})" for cell in cells[1:])
            self._numbered_text(numbered["number"], numbered["text"] + behind, cells[0])
            self.report.consumed += cells[1:]
            return True
        is_counted = self.role == "lists" and self.report.body != HMIP and number.isdigit()
        if not (re.fullmatch(REFERENCE, number) or is_counted) or len(cells) < 2:
            return False
        longest = max(cells[1:], key=lambda cell: len(cell.text))
        others = [cell for cell in cells[1:] if cell is not longest]
        if len(longest.text) < 25 or not all(_BESIDE.match(cell.text) for cell in others):
            return False
        # What stands in columns of its own stands in brackets elsewhere.
        behind = "".join(f" ({cell.text.strip(' ()[].')})" for cell in others)
        text = " ".join(longest.text.split())
        if is_counted and self.sub != "practice":
            self._listed_by_number(number, text, longest)
        else:
            self._numbered_text(number, text + behind, longest)
        self.report.consumed += [cell for cell in cells if cell is not longest]
        return True

    def _pair(self, cells: list[Block], concern: int, recommendation: int) -> None:
        """Read a concern and the recommendation next to it."""
        self._close()
        text = " ".join(cells[concern].text.split())
        numbered = NUMBERED.match(text) or ENTRY.match(text)
        number = next((cell.text for cell in cells if re.fullmatch(REFERENCE, cell.text)), "")
        if numbered and numbered["text"]:
            number, text = numbered["number"], numbered["text"]
        answer = " ".join(cells[recommendation].text.split())
        own = NUMBERED.match(answer)
        if own and own["text"]:
            number, answer = own["number"], own["text"]
        text = CONCERN.sub("", text, count=1)
        answer = RECOMMENDATION.sub("", answer, count=1)
        item = Item("recommendation", number, answer, cells[recommendation], number, is_key=True)
        item.concern_text, item.concern_block = text, cells[concern]
        self._add(item)
        self.report.consumed += [
            cell for cell in cells if cell not in (cells[concern], cells[recommendation])
        ]

    def _practice_row(self, cells: list[Block]) -> None:
        """Read an example of practice with the pointer next to it."""
        self._close()
        found = practice_of_row(cells, self.label)
        if found is not None:
            self.report.practice.append(found)
            self.report.consumed += [cell for cell in cells if cell is not found.block]

    def end(self) -> None:
        """Close what is open at the end of the text."""
        self._close()
        self._drop_held()

    def _section(self, opened: Section) -> None:
        self._close()
        self._drop_held()
        self.role, self.label = opened.role, opened.label
        self.title = opened.title
        # Another body may call a standard as this one calls a test.
        is_test = opened.title in TESTS and not self.report.declared.scale
        self.test = opened.title if is_test else ""
        self.report.tests_seen.add(self.test)
        self.area = self.sub = self.addressee = self.kind = ""
        self.is_key, self.is_priority = False, None
        self.of_scrutiny_visit = False
        self.item = None
        self.unit = self.last_heading = ""
        self.last_numbered = None
        self.in_figure = self.has_paragraph = False
        self.followed = None
        if number := re.match(r"Section (\d+)", opened.label):
            self.last_section = max(self.last_section, int(number[1]))
        self.report.sections.append((opened.role, opened.label))

    def _heading(self, block: Block) -> bool:
        """Take a heading below that of a section; whether it is one."""
        text = block.text
        key = plain(text)
        if NUMBERED.match(text) or VERDICT.match(text) or len(text) > 120:
            return False
        is_list = self.wording.is_list(key) and not re.search(r"[.!?;]$", text)
        if key in TESTS or key in areas() or is_list:
            pass
        elif not self._looks_like_a_heading(block):
            return False
        self._close()
        self.last_heading, self.last_numbered = text, None
        if key in TESTS:
            self._drop_held()
            self.test, self.area, self.sub = key, "", ""
            self.report.tests_seen.add(key)
        elif is_list:
            self._list_heading(block, key)
        else:
            self.sub, self.item = "", None
            self.unit = key if UNIT.fullmatch(key) else ""
            if key in areas() and key not in ("notable positive practice", "key findings"):
                self.area, self.area_heading = text, block
            elif self.report.declared.follows_up:
                self.area = text if block.is_heading else self.area
                self._unread(block, "a heading", False)
            elif self.role in ("test", "leadership"):
                # A heading below an area's is smaller; any other is an area that is not known.
                above = self.area_heading
                is_below = above is not None and (
                    0 < block.size < above.size - 0.1
                    or (0 < block.size <= above.size and above.is_heading and not block.is_heading)
                    or (above.level and block.level > above.level)
                )
                if key == "case study":
                    # A box within an area.
                    pass
                elif not is_below or not self.area:
                    self.area, self.area_heading = text, None
            else:
                self._unread(block, "a heading", False)
        return True

    def _looks_like_a_heading(self, block: Block) -> bool:
        if self.role in ("progress", "improve", "lists") and not block.is_heading:
            return False
        if block.style == "caption" or block.cell:
            return False
        if self.sub == "practice" and (SEE.search(block.text) or ITEM_LETTER.match(block.text)):
            return False
        return block.is_heading or (
            len(block.text) <= 90
            and block.text[0].isupper()
            and not re.search(r"[.!?,;:)]$", block.text)
            and not BOILERPLATE.match(block.text)
            and not listed_outcomes(block.text)
            and not assessments_in(block.text)
            and not opens_assessment(block.text)
            and len(block.text.split()) <= 10
        )

    def _list_heading(self, block: Block, key: str) -> None:
        self._drop_held()
        self.item = None
        if key.startswith("to "):
            self.addressee = block.text.strip(" :")
            return
        if self.role != "progress" and re.match(r"progress\b", key):
            # It tells of the last inspection's items; none is raised below it.
            self.sub = self.kind = ""
            self.is_key, self.is_priority = False, None
            return
        if "scrutiny" in key or re.search(r"from the (?:last|previous)", key):
            self.of_scrutiny_visit = "scrutiny" in key and "inspection" not in key
        self.is_key = "recommendation" in key and bool(re.match(r"(?:key|main|priority)\b", key))
        self.is_priority = (
            True
            if "priority" in key
            else False
            if re.fullmatch(r"(?:(?:other|further|all) )*key concerns?", key)
            else None
        )
        self.sub = ""
        if own := self.wording.list_of(key):
            self.sub, self.kind = _LISTS[own], "" if own == "practice" else own
        elif "housekeeping" in key:
            self.sub, self.kind = "housekeeping", "housekeeping_point"
        elif "good practice" in key or "positive practice" in key:
            self.sub, self.kind = "practice", ""
            if self.report.declared.follows_up:
                # Its examples are findings, too, and this is their area.
                self.area = block.text
        elif "concern" in key and "recommendation" not in key:
            self.sub, self.kind = "concerns", "concern"
        elif "recommendation" in key:
            self.sub = "key" if "concern" in key else "recommendations"
            self.kind = "recommendation"
        if self.role == "lists" and not self.sub:
            self.addressee = ""

    # Numbered paragraphs and items --------------------------------------------------------------

    def _numbered(self, block: Block) -> None:
        match = NUMBERED.match(block.text)
        if match is None or not match["text"]:
            self._unread(block, "a number without text", True)
            return
        self._numbered_text(match["number"], " ".join(match["text"].split()), block)

    def _numbered_text(self, number: str, text: str, block: Block) -> None:
        self._close()
        self.has_paragraph = True
        self.last_numbered = block
        self.opens_definition = False
        self.frame_open = text.endswith(":") and bool(PRACTICE_FRAME.match(text))
        if self.role == "lists":
            self._listed(text, block)
        elif self.report.declared.follows_up:
            if self.role == "followed_up":
                self._follow_concern()
            elif self.sub == "practice" and not PRACTICE_FRAME.match(text):
                self._add_practice(text, number, block)
            self._paragraph(number, text, block)
        elif self.role == "progress":
            if not INTRODUCES.match(text) and self.sub in ("recommendations", "concerns", "key"):
                self.held.append(block)
                return
            self._paragraph(number, text, block)
        elif CONCERN.match(text):
            self._key_item(number, text, block)
        elif RECOMMENDATION.match(text):
            self._keyword_recommendation(number, RECOMMENDATION.sub("", text, count=1), block)
        elif (
            # So it is in a section of an unknown title.
            (self.role == "other" or self.sub in ("recommendations", "housekeeping", "practice"))
            and (behind := reference_behind(text))
            and behind != number
        ):
            # It points to another paragraph: this is the list that repeats what the report raises.
            self.role = "lists"
            self._listed(text, block)
        elif self.sub in ("recommendations", "housekeeping") or (
            self.sub == "concerns" and self.wording.list_of(plain(self.last_heading))
        ):
            kind = {"housekeeping": "housekeeping_point", "concerns": "concern"}.get(
                self.sub, "recommendation"
            )
            self._add(Item(kind, number, text, block, number))
        elif self.sub == "practice" and not PRACTICE_FRAME.match(text):
            self._add_practice(text, number, block)
        else:
            self._paragraph(number, text, block)

    def _statements_in(self, text: str) -> bool:
        """Whether a text may state an outcome or a total of a visit."""
        return bool(re.search(r"\b(?:last|this) (?:inspection|visit)\b", text))

    def area_is(self, name: str) -> bool:
        """Whether the last heading, known or not, is this one."""
        return plain(self.last_heading) == name

    def _paragraph(self, number: str, text: str, block: Block) -> None:
        self.report.paragraphs.append(
            NumberedParagraph(number, text, block, self.role, self.area, self.followed)
        )
        self.report.test_of[id(block)] = self.test
        if not self.report.declared.follows_up:
            self._statements(number, text, block)

    def _key_item(self, number: str, text: str, block: Block) -> None:
        text = CONCERN.sub("", text, count=1)
        parts = RECOMMENDATION.split(text, maxsplit=1)
        item = Item("recommendation", number, "", block, number, is_key=True)
        item.concern_text = parts[0].strip()
        if len(parts) > 1:
            item.text = parts[1].strip()
            item.concern_block = block
        self._add(item)

    def _labelled(self, labelled: Labelled, block: Block) -> None:
        """Take an item that opens with what it is."""
        kind, number, text = labelled.kind, labelled.number, " ".join(labelled.text.split())
        listed = self.report.listed
        if kind == "practice":
            self._close()
            if self.role == "lists":
                self._listed_practice(text, block)
            else:
                self._add_practice(text, number, block)
        elif self.role == "lists" and listed and not listed[-1].text:
            self._listed_recommendation(text, block)
        elif kind == "housekeeping_point":
            self._add(Item(kind, number, text, block, number))
        elif "concern" in kind:
            self._key_item(number, f"Concern: {text}", block)
        elif "recommendation" not in kind:
            self._unread(block, "a theme in an inspection", True)
        elif self.role == "lists" and number:
            self._listed_by_number(number, text, block)
        else:
            self._keyword_recommendation(number, text, block)

    def _keyword_recommendation(self, number: str, text: str, block: Block) -> None:
        item = self.item
        if item is not None and item.is_key and not item.text:
            item.text = text
            item.reference = item.reference or number
            item.place = item.place or number
            item.concern_block, item.block = item.block, block
            take_brackets(item)
        elif number:
            self._add(Item("recommendation", number, text, block, number, is_key=True))
        elif self.report.body != HMIP:
            place = self.last_numbered
            number = (NUMBERED.match(place.text) or {"number": ""})["number"] if place else ""
            self._add(Item("recommendation", "", text, block, number))
        else:
            self._unread(block, "a recommendation without a number or a concern before it", True)

    def _concern(self, match: re.Match[str], block: Block) -> None:
        item = Item(
            "concern",
            match["number"],
            " ".join(match["text"].split()),
            block,
            "What needs to improve" if self.report.body == HMIP else self.last_heading,
            is_priority=bool(self.is_priority),
        )
        if self.report.body != HMIP:
            # Its concerns are of one rank; its entries are what their heading says.
            item.kind, item.is_priority = self.kind or "concern", None
        elif self.is_priority is None:
            item.is_priority = None
            item.doubts.append("it stands under neither «Priority concerns» nor «Key concerns»")
        self._add(item)

    def _add(self, item: Item) -> None:
        item.area = item.area or self.area
        item.test = self.test
        take_brackets(item)
        self.report.items.append(item)
        self.item = item

    def _listed(self, text: str, block: Block) -> None:
        if self.sub == "practice":
            self._listed_practice(text, block)
            return
        item = Item(self.kind or "recommendation", "", text, block)
        take_brackets(item)
        as_in_body = _LISTED_AS.match(item.text)
        if as_in_body:
            item.reference = item.reference or as_in_body["own"]
            item.text = item.text[as_in_body.end() :]
        is_concern = bool(as_in_body and as_in_body["kind"].lower() == "concern")
        is_concern = is_concern or bool(CONCERN.match(item.text))
        parts = RECOMMENDATION.split(item.text, maxsplit=1)
        # The recommendation may follow its concern in a paragraph of its own.
        item.text = parts[1].strip() if len(parts) > 1 else "" if is_concern else item.text
        if self.addressee:
            item.addressees = [self.addressee, *item.addressees]
        self.report.listed.append(item)

    def _listed_recommendation(self, text: str, block: Block) -> None:
        """Complete the entry of a concern with the recommendation below it."""
        entry = self.report.listed[-1]
        item = Item("recommendation", entry.reference, text, block)
        take_brackets(item)
        entry.text, entry.reference = item.text, item.reference
        entry.repeats = entry.repeats or item.repeats
        entry.addressees += item.addressees
        self.report.consumed.append(block)

    # The rest -----------------------------------------------------------------------------------

    def _text(self, block: Block) -> None:
        text = block.text
        is_definition = (
            self.role in ("test", "leadership") and not self.area and not self.has_paragraph
        )
        if is_definition and not self._statements_in(text):
            # What stands between a section's title and its first paragraph defines the test.
            self._unread(block, "the definition of a test, as in every report", False)
            return
        if self.area_is("case study"):
            self._unread(block, "a case study, set apart from the findings", False)
            return
        if self.role == "improve":
            if BOILERPLATE.match(text):
                self._unread(block, "wording of every report", False)
            elif self.item is not None and not INTRODUCES.match(text) and self.sub == "concerns":
                self.item.doubts.append("a text follows, which may be a part of it")
                self._unread(block, "text behind a concern, which may be part of it", True)
            else:
                self._introduction("", block)
            return
        item = self.item
        if item is not None and item.is_key and not item.text and not BOILERPLATE.match(text):
            item.concern_text = f"{item.concern_text} {text}"
            self.report.consumed.append(block)
            return
        if self.role == "lists" and self.report.listed and _TO_ALONE.fullmatch(text):
            self.report.listed[-1].addressees.append(text.strip(" ()[]."))
            self.report.consumed.append(block)
            return
        to = _TO_ALONE.fullmatch(text)
        if item is not None and to and not item.addressees:
            item.addressees = [to["to"].strip(" .")]
            self.report.consumed.append(block)
            return
        if self.role in ("summary", "lists") and INTRODUCES.match(text):
            self._introduction(self.label, block)
            return
        if self.opens_definition and not NUMBERED.match(text):
            self.opens_definition = False
            self._unread(block, "wording of every report", False)
        elif BOILERPLATE.match(text):
            self.opens_definition = bool(re.fullmatch(r"(?:Expected )?[Oo]utcomes?:?", text))
            # It opens an area: no list of items goes on behind it.
            if re.match(r"(?:Expected )?[Oo]utcome", text):
                self.sub, self.item = "", None
            self._unread(block, "wording of every report", False)
        else:
            self._text_between(block)
