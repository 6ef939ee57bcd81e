"""The parts of an inspection's report, recognised by the words of headings and verdicts.

The three eras differ in what is raised (recommendations and housekeeping points; key concerns with
recommendations; concerns alone) and in where it stands, not in how a paragraph looks, so that one
reading serves all: what a heading says decides what stands below it.

Longer than 500 lines: one pass over the blocks, whose steps share what was read last.
"""

import re
from dataclasses import replace

from inspections.intake.document_types.declared import declared_body, sections_of
from inspections.intake.document_types.inspection.brackets import (
    reference_behind,
    take_brackets,
)
from inspections.intake.document_types.inspection.parts import (
    FollowedUp,
    Inspection,
    ListedItem,
    OutcomeRead,
    RaisedItem,
    RatingRead,
)
from inspections.intake.document_types.inspection.statements import (
    BOILERPLATE,
    UNIT,
    Statements,
)
from inspections.intake.document_types.outcome_tables import TESTS, outcomes_in_row, row_at
from inspections.intake.document_types.practice import (
    ITEM_LETTER,
    PRACTICE_FRAME,
    SEE,
    SEE_ALONE,
    PracticeRead,
    practice_of_row,
)
from inspections.intake.grammar import years_in
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
    INSPECTION_HEADING,
    KEYWORD,
    NUMBERED,
    PRACTICE_LABEL,
    RATING,
    REFERENCE,
    SECTION,
    VERDICT,
    VERDICT_BEHIND,
)
from inspections.intake.text.vocabulary import HMIP, areas, plain

_NUMBERED_TITLE = re.compile(r"^(?P<number>\d{1,2})[.:]?\s+(?P<title>[A-Z].*)$", re.DOTALL)
_RECOMMENDATION = re.compile(rf"\b(?:Key |Main )?[Rr]ecommendation(?: (?:{REFERENCE}|\d+))?\s*:\s*")
_CONCERN = re.compile(rf"^(?:Key |Main |Priority )?[Cc]oncerns?(?: (?:{REFERENCE}|\d+))?\s*:\s*")
# An entry of the list at the end may open with the number that the matter has in the body.
_LISTED_AS = re.compile(
    rf"^(?:Key |Main |Priority )?(?P<kind>[Cc]oncern|[Rr]ecommendation) (?P<own>{REFERENCE})\s*:\s*"
)
# What may stand beside an item in a column of its own: its paragraph, its addressee.
_BESIDE = re.compile(
    rf"^[(\[]?(?:(?:[Pp]ara(?:graph)?s?\.? |QIs? )?{REFERENCE}[^.]{{0,60}}(?:{REFERENCE})?"
    r"|[Tt]o (?:the )?\w.{1,60}|(?:[Tt]he )?[Gg]overnor|HMPPS|NOMS|SPS)[)\]]?\.?$"
)
_PAIRED = (re.compile(r"\bconcerns?\b"), re.compile(r"\brecommendations?\b"))
_TO_ALONE = re.compile(r"[(\[]?(?P<to>To [^()\[\]]{2,120}?)[)\]]?\.?")
_OPENS_A_TEST = re.compile(
    r"^At (?:our|the|that) (?:last|previous|most recent) (?:full )?inspection\b"
)
_INTRODUCES = re.compile(
    r"^(?:At|In|During|Since) (?:our|the|that|this|its) (?:last |previous |most recent )?(?:full )?"
    r"(?:inspection|visit)\b|^We made \w|^We raised \w|^The prison (?:fully )?accepted\b"
    r"|^The following (?:is|sets out|summary)|^This (?:section|appendix) |^The reference numbers?\b"
    r"|^If a recommendation has been repeated|^Outcomes for \w+ (?:were|remained)"
    r"|^(?:Inspectors|We) found\b",
)


def read_parts(inspection: Inspection, blocks: list[Block]) -> None:
    """Read the blocks behind the title page into the inspection's parts.

    Args:
        inspection: The inspection, which is filled.
        blocks: Its text, without the title page.
    """
    reading = _Reading(inspection)
    position = 0
    while position < len(blocks):
        row = row_at(blocks, position)
        if len(row) > 1:
            reading.read_row(row)
        else:
            reading.read(blocks[position])
        place = reading.label or reading.role.replace("_", " ")
        inspection.section_of.update((id(block), place) for block in row)
        position += max(len(row), 1)
    reading.end()


def role_of(block: Block, body: str = HMIP) -> tuple[str, str, str]:
    """The role, label and title of a section that a block opens; empty where it opens none.

    Args:
        block: The block.
        body: The code of the body, whose file has the titles of its sections.
    """
    match = SECTION.match(block.text)
    numbered = None if match else _NUMBERED_TITLE.match(block.text)
    title = plain(match["title"] if match else numbered["title"] if numbered else block.text)
    label = match["label"] if match else ""
    if len(title) > 140 or (not match and re.search(r"[.:;]$", block.text)):
        return "", "", ""
    for role, pattern in sections_of(body, "inspection"):
        if pattern.search(title) and (match or numbered or len(title) < 100):
            if role == "standard":
                # A standard is to one inspectorate what a test is to another.
                number = re.search(r"\d{1,2}", title)
                return "test", f"Standard {number[0]}" if number else label, title
            return role, label, title
    if (match or numbered) and title in TESTS:
        return "test", label, title
    if match:
        is_appendix = match["label"].startswith("Appendix")
        return ("about" if is_appendix else "other"), label, title
    return "", "", ""


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
    concerns = [place for place, text in enumerate(texts) if _CONCERN.match(text)]
    answers = [place for place, text in enumerate(texts) if _RECOMMENDATION.match(text)]
    return (concerns[0], answers[0]) if len(concerns) == len(answers) == 1 else None


class _Reading(Statements):
    """Reads blocks one by one, knowing the section, test, area and list that it is in."""

    # One block ----------------------------------------------------------------------------------

    def read(self, block: Block) -> None:
        role, label, title = (
            ("", "", "") if block.cell else role_of(self._completed(block), self.inspection.body)
        )
        if role and self.label.startswith("Appendix"):
            if role == "test" and self.role == "progress":
                # The follow-up names the sections of the last report.
                self._close()
                self._drop_held()
                self.test, self.area, self.sub = title, "", ""
                return
            number = re.match(r"Section (\d+)", label)
            if role == "test" or (number and int(number[1]) <= self.last_section):
                # A survey's sections are none of the report's.
                role = ""
        is_sub_heading = role == "about" and not label and self.role not in ("front", "about")
        if self.role == "about" and role and not label and role not in ("improve", "summary"):
            # An introduction or a fact page has headings of its own.
            is_sub_heading = role != "about"
        if role == "progress" and not label and self.role == "summary":
            # The summary has a heading of the same words.
            is_sub_heading = True
        if role and not is_sub_heading and not NUMBERED.match(block.text):
            self._section(role, label, title)
            return
        if self._rating(block):
            return
        figure = FIGURE.match(block.text)
        if not block.cell and (figure or NUMBERED.match(block.text) or block.is_heading):
            self.in_figure = bool(figure)
        if figure:
            self._close()
            self.inspection.figures.append((self.role, figure["label"], block))
        elif self._is_set_aside(block):
            self.inspection.about.append((self.label, block))
        elif self.in_figure and (block.cell or block.style == "small"):
            self._unread(block, "a figure's words", False)
        elif self._goes_on_with_a_list(block) or self._heading(block):
            return
        elif NUMBERED.match(block.text):
            self._numbered(block)
        elif self.sub == "practice" and self.role == "lists":
            if len(block.text) > 40 and ENDS_SENTENCE.search(block.text):
                self._listed_practice(block.text, block)
            else:
                self._unread(block, "a heading", False)
        elif self.sub == "practice":
            self._practice(block)
        elif self.role == "progress":
            self._progress(block)
        elif KEYWORD.match(block.text):
            self._keyword(block)
        elif practice := PRACTICE_LABEL.match(block.text):
            self._close()
            if self.role == "lists":
                self._listed_practice(practice["text"], block)
            else:
                self._add_practice(practice["text"], practice["number"] or "", block)
        elif ENTRY.match(block.text) and self.role == "lists" and self.inspection.body != HMIP:
            entry = ENTRY.match(block.text)
            assert entry is not None
            self._listed_by_number(entry["number"], entry["text"], block)
        elif ENTRY.match(block.text) and self.role == "improve":
            self._concern(block)
        else:
            self._text(block)

    def _is_set_aside(self, block: Block) -> bool:
        """Whether a block is front matter, or part of a section that states no facts."""
        if self.role not in ("about", "front", "contents"):
            return False
        match = NUMBERED.match(block.text)
        if match and "." in match["number"] and not self.label.startswith(("Appendix", "Annex")):
            # What has a number is no front matter: the heading of its section is not known.
            self.role, self.area = "other", ""
            self.inspection.sections.append(("other", ""))
            return False
        return True

    def _rating(self, block: Block) -> bool:
        """Take the rating of the quality indicator or the standard above; whether it is one."""
        match = RATING.match(block.text)
        body = declared_body(self.inspection.body)
        if match is None or body is None or match["level"].lower() not in body.ratings:
            return False
        self._close()
        paragraphs = self.inspection.paragraphs
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
            self.inspection.consumed.append(subject.block)
        self.inspection.ratings.append(
            RatingRead(
                subject.number if subject else self.label,
                subject.text if subject else self.area or self.label,
                match["level"].lower(),
                block,
            )
        )
        self.inspection.consumed.append(block)
        return True

    def _listed_by_number(self, number: str, text: str, block: Block) -> None:
        """Take an entry of the list at the end that names its item by number."""
        item = RaisedItem("recommendation", number, " ".join(text.split()), block)
        take_brackets(item)
        self.inspection.listed.append(
            ListedItem(item.text, number, item.repeats, item.addressees, item.kind, block)
        )

    def _completed(self, block: Block) -> Block:
        """A section's heading with the whole of its title, where the contents have more of it."""
        match = SECTION.match(block.text)
        if match is None:
            return block
        for entry in self.inspection.layout.contents:
            listed = SECTION.match(entry)
            if (
                listed
                and listed["label"] == match["label"]
                and plain(listed["title"]).startswith(plain(match["title"]))
            ):
                return replace(block, text=entry)
        return block

    def read_row(self, cells: list[Block]) -> None:
        """Read a row of a table.

        Args:
            cells: Its cells from left to right, without empty ones.
        """
        texts = [cell.text for cell in cells]
        heads = [plain(cell.cell.header) if cell.cell else "" for cell in cells]
        if self.role in ("about", "front", "contents"):
            self.inspection.about += [(self.label, cell) for cell in cells]
        elif self._outcome_row(cells) or self._verdict_row(cells) or self._assessed_row(cells):
            return
        elif self.in_figure:
            for cell in cells:
                self._unread(cell, "a figure's words", False)
        elif all(
            INSPECTION_HEADING.match(plain(text)) or plain(text) in areas() for text in texts
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
            for cell in cells:
                self.read(cell)

    def _numbered_row(self, cells: list[Block]) -> bool:
        """Read a row that begins with its number: the text after it, and its continuation."""
        number = cells[0].text.strip(" .")
        numbered = NUMBERED.match(cells[0].text)
        beside = [_BESIDE.match(cell.text) for cell in cells[1:]]
        if numbered and numbered["text"] and self.role == "lists" and all(beside):
            behind = "".join(f" ({cell.text.strip(' ()[].')})" for cell in cells[1:])
            self._numbered_text(numbered["number"], numbered["text"] + behind, cells[0])
            self.inspection.consumed += cells[1:]
            return True
        is_counted = self.role == "lists" and self.inspection.body != HMIP and number.isdigit()
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
        self.inspection.consumed += [cell for cell in cells if cell is not longest]
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
        text = _CONCERN.sub("", text, count=1)
        answer = _RECOMMENDATION.sub("", answer, count=1)
        item = RaisedItem(
            "recommendation", number, answer, cells[recommendation], number, is_key=True
        )
        item.concern_text, item.concern_block = text, cells[concern]
        self._add(item)
        self.inspection.consumed += [
            cell for cell in cells if cell not in (cells[concern], cells[recommendation])
        ]

    def _practice_row(self, cells: list[Block]) -> None:
        """Read an example of practice with the pointer next to it."""
        self._close()
        found = practice_of_row(cells, self.label)
        if found is not None:
            self.inspection.practice.append(found)
            self.inspection.consumed += [cell for cell in cells if cell is not found.block]

    def _outcome_row(self, cells: list[Block]) -> bool:
        """Read a row of a table of outcomes: a test, and the outcome of one year or two."""
        days = self.inspection.days
        found = outcomes_in_row(cells)
        for test, level, cell, head in found:
            years = years_in(head)
            doubts = []
            is_last = bool(re.search(r"\b(?:last|previous)\b", head, re.IGNORECASE))
            if years and days:
                is_last = years[-1] < days.start.year
            elif not is_last and not re.search(r"\bthis\b|\bnow\b|current", head, re.IGNORECASE):
                doubts.append("the table does not say at which inspection")
            self.inspection.outcomes.append(
                OutcomeRead(
                    test.code,
                    level.scale,
                    level.code,
                    self.unit,
                    is_last,
                    self.label,
                    cell,
                    f"{cells[0].text}: {cell.text}",
                    doubts,
                )
            )
        if found:
            self.inspection.consumed.append(cells[0])
        return bool(found)

    def _assessed_row(self, cells: list[Block]) -> bool:
        """Take a row of a table of assessments: what is judged, and the judgement beside it."""
        if self.opened is None or self.opened[0] != "assessments" or len(cells) != 2:
            return False
        entry = f"{cells[0].text.strip(' :')}: {cells[1].text.strip()}"
        if not opens_assessment(entry):
            return False
        self.opened[4].append(entry)
        self.inspection.consumed += cells
        return True

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

    def end(self) -> None:
        """Close what is open at the end of the text."""
        self._close()
        self._drop_held()

    def _section(self, role: str, label: str, title: str) -> None:
        self._close()
        self._drop_held()
        self.role, self.label = role, label
        self.test = title if title in TESTS else ""
        self.inspection.tests_seen.add(self.test)
        self.area = self.sub = self.addressee = self.kind = ""
        self.is_key, self.is_priority = False, None
        self.of_scrutiny_visit = False
        self.item = None
        self.unit = self.last_heading = ""
        self.last_numbered = None
        self.in_figure = self.has_paragraph = False
        if number := re.match(r"Section (\d+)", label):
            self.last_section = max(self.last_section, int(number[1]))
        self.inspection.sections.append((role, label))

    def _heading(self, block: Block) -> bool:
        """Take a heading below that of a section; whether it is one."""
        text = block.text
        key = plain(text)
        if NUMBERED.match(text) or VERDICT.match(text) or len(text) > 120:
            return False
        is_list = bool(INSPECTION_HEADING.match(key)) and not re.search(r"[.!?;]$", text)
        if key in TESTS or key in areas() or is_list:
            pass
        elif not self._looks_like_a_heading(block):
            return False
        self._close()
        self.last_heading, self.last_numbered = text, None
        if key in TESTS:
            self._drop_held()
            self.test, self.area, self.sub = key, "", ""
            self.inspection.tests_seen.add(key)
        elif is_list:
            self._list_heading(block, key)
        else:
            self.sub, self.item = "", None
            self.unit = key if UNIT.fullmatch(key) else ""
            if key in areas() and key not in ("notable positive practice", "key findings"):
                self.area, self.area_heading = text, block
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
        if "housekeeping" in key:
            self.sub, self.kind = "housekeeping", "housekeeping_point"
        elif "good practice" in key or "positive practice" in key:
            self.sub, self.kind = "practice", ""
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
        elif self.role == "progress":
            if not _INTRODUCES.match(text) and self.sub in ("recommendations", "concerns", "key"):
                self.held.append(block)
                return
            self._paragraph(number, text, block)
        elif _CONCERN.match(text):
            self._key_item(number, text, block)
        elif _RECOMMENDATION.match(text):
            self._keyword_recommendation(number, _RECOMMENDATION.sub("", text, count=1), block)
        elif (
            # So it is in a section of an unknown title.
            (self.role == "other" or self.sub in ("recommendations", "housekeeping", "practice"))
            and (behind := reference_behind(text))
            and behind != number
        ):
            # It points to another paragraph: this is the list that repeats what the report raises.
            self.role = "lists"
            self._listed(text, block)
        elif self.sub in ("recommendations", "housekeeping"):
            kind = "housekeeping_point" if self.sub == "housekeeping" else "recommendation"
            self._add(RaisedItem(kind, number, text, block, number))
        elif self.sub == "practice" and not PRACTICE_FRAME.match(text):
            self._add_practice(text, number, block)
        else:
            self._paragraph(number, text, block)

    def _doubt_before(self, block: Block) -> None:
        """Doubt the paragraph above a text without a number, which may go on in it."""
        above = self.last_numbered
        if above is not None and not re.match(r"[-–•]", block.text):
            above.doubts.append("a text without a number follows, which may be a part of it")
        self.last_numbered = None

    def _statements_in(self, text: str) -> bool:
        """Whether a text may state an outcome or a total of a visit."""
        return bool(re.search(r"\b(?:last|this) (?:inspection|visit)\b", text))

    def area_is(self, name: str) -> bool:
        """Whether the last heading, known or not, is this one."""
        return plain(self.last_heading) == name

    def _paragraph(self, number: str, text: str, block: Block) -> None:
        self.inspection.paragraphs.append(
            NumberedParagraph(number, text, block, self.role, self.area)
        )
        self.inspection.tests_by_paragraph[number] = self.test
        self._statements(number, text, block)

    def _key_item(self, number: str, text: str, block: Block) -> None:
        text = _CONCERN.sub("", text, count=1)
        parts = _RECOMMENDATION.split(text, maxsplit=1)
        item = RaisedItem("recommendation", number, "", block, number, is_key=True)
        item.concern_text = parts[0].strip()
        if len(parts) > 1:
            item.text = parts[1].strip()
            item.concern_block = block
        self._add(item)

    def _keyword(self, block: Block) -> None:
        match = KEYWORD.match(block.text)
        assert match is not None
        text = " ".join(match["text"].split())
        listed = self.inspection.listed
        if self.role == "lists" and listed and not listed[-1].text:
            self._listed_recommendation(text, block)
        elif "concern" in match["kind"].lower():
            self._key_item(match["number"] or "", f"Concern: {text}", block)
        elif "recommendation" in match["kind"].lower():
            if self.role == "lists" and match["number"]:
                self._listed_by_number(match["number"], text, block)
            else:
                self._keyword_recommendation(match["number"] or "", text, block)
        else:
            self._unread(block, "a theme in an inspection", True)

    def _keyword_recommendation(self, number: str, text: str, block: Block) -> None:
        item = self.item
        if item is not None and item.is_key and not item.text:
            item.text = text
            item.reference = item.reference or number
            item.place = item.place or number
            item.concern_block, item.block = item.block, block
            take_brackets(item)
        elif number:
            self._add(RaisedItem("recommendation", number, text, block, number, is_key=True))
        elif self.inspection.body != HMIP:
            place = self.last_numbered
            number = (NUMBERED.match(place.text) or {"number": ""})["number"] if place else ""
            self._add(RaisedItem("recommendation", "", text, block, number))
        else:
            self._unread(block, "a recommendation without a number or a concern before it", True)

    def _concern(self, block: Block) -> None:
        match = ENTRY.match(block.text)
        assert match is not None
        item = RaisedItem(
            "concern",
            match["number"],
            " ".join(match["text"].split()),
            block,
            "What needs to improve",
            is_priority=bool(self.is_priority),
        )
        if self.is_priority is None:
            item.is_priority = None
            item.doubts.append("it stands under neither «Priority concerns» nor «Key concerns»")
        self._add(item)

    def _add(self, item: RaisedItem) -> None:
        item.area = item.area or self.area
        item.test = self.test
        take_brackets(item)
        self.inspection.items.append(item)
        self.item = item

    def _listed(self, text: str, block: Block) -> None:
        if self.sub == "practice":
            self._listed_practice(text, block)
            return
        item = RaisedItem(self.kind or "recommendation", "", text, block)
        take_brackets(item)
        as_in_body = _LISTED_AS.match(item.text)
        if as_in_body:
            item.reference = item.reference or as_in_body["own"]
            item.text = item.text[as_in_body.end() :]
        is_concern = bool(as_in_body and as_in_body["kind"].lower() == "concern")
        is_concern = is_concern or bool(_CONCERN.match(item.text))
        parts = _RECOMMENDATION.split(item.text, maxsplit=1)
        # The recommendation may follow its concern in a paragraph of its own.
        item.text = parts[1].strip() if len(parts) > 1 else "" if is_concern else item.text
        if self.addressee:
            item.addressees = [self.addressee, *item.addressees]
        self.inspection.listed.append(
            ListedItem(item.text, item.reference, item.repeats, item.addressees, item.kind, block)
        )

    def _listed_practice(self, text: str, block: Block) -> None:
        """Add an example from the list at the end; most are in the body, too."""
        item = RaisedItem("practice", "", ITEM_LETTER.sub("", " ".join(text.split())), block)
        take_brackets(item)
        self.inspection.listed_practice.append(
            PracticeRead(item.text, self.label, item.reference, block)
        )

    def _listed_recommendation(self, text: str, block: Block) -> None:
        """Complete the entry of a concern with the recommendation below it."""
        entry = self.inspection.listed[-1]
        item = RaisedItem("recommendation", entry.reference, text, block)
        take_brackets(item)
        entry.text, entry.reference = item.text, item.reference
        entry.repeats = entry.repeats or item.repeats
        entry.addressees += item.addressees
        self.inspection.consumed.append(block)

    # What the last inspection raised ------------------------------------------------------------

    def _progress(self, block: Block) -> None:
        verdict = VERDICT.match(block.text)
        behind = VERDICT_BEHIND.match(block.text)
        if verdict:
            self._verdict(block, verdict)
        elif behind and (verdict := VERDICT.match(behind["verdict"])):
            # Set on one line with what it is about.
            self.held.append(replace(block, text=behind["text"]))
            self._verdict(block, verdict, block)
        elif _OPENS_A_TEST.match(block.text) or (_INTRODUCES.match(block.text) and not self.held):
            self.inspection.introductions.append((self.label, self.test, self.role, block))
            self._statements(self.label, block.text, block)
        elif BOILERPLATE.match(block.text):
            self._unread(block, "wording of every report", False)
        else:
            self.held.append(block)

    def _verdict(self, block: Block, verdict: re.Match[str], rests_on: Block | None = None) -> None:
        if not self.held:
            self._unread(block, "a verdict on nothing", True)
            return
        first = rests_on or self.held[0]
        self.inspection.consumed += self.held[1:]
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
        parts = _RECOMMENDATION.split(text, maxsplit=1)
        text = parts[1] if len(parts) > 1 else _CONCERN.sub("", text, count=1)
        item = RaisedItem("recommendation", reference, text.lstrip("-•* "), first)
        take_brackets(item)
        label = plain(verdict["label"])
        kind = self.kind or ("concern" if "addressed" in label else "recommendation")
        repeated = verdict["rest"] or ""
        self.inspection.followed_up.append(
            FollowedUp(
                kind,
                item.text,
                item.reference,
                label,
                (re.findall(REFERENCE, repeated) or [""])[-1] if "repeat" in repeated else "",
                self.test,
                self.is_key,
                self.is_priority if kind == "concern" else None,
                self.of_scrutiny_visit,
                self.label,
                first,
                doubts,
            )
        )

    def _drop_held(self) -> None:
        for block in self.held:
            self._unread(block, "an entry without a verdict", True)
        self.held = []

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
            elif self.item is not None and not _INTRODUCES.match(text) and self.sub == "concerns":
                self.item.doubts.append("a text follows, which may be a part of it")
                self._unread(block, "text behind a concern, which may be part of it", True)
            else:
                self.inspection.introductions.append((self.label, self.test, self.role, block))
                self._statements("", text, block)
            return
        item = self.item
        if item is not None and item.is_key and not item.text and not BOILERPLATE.match(text):
            item.concern_text = f"{item.concern_text} {text}"
            self.inspection.consumed.append(block)
            return
        if self.role == "lists" and self.inspection.listed and _TO_ALONE.fullmatch(text):
            self.inspection.listed[-1].addressees.append(text.strip(" ()[]."))
            self.inspection.consumed.append(block)
            return
        to = _TO_ALONE.fullmatch(text)
        if item is not None and to and not item.addressees:
            item.addressees = [to["to"].strip(" .")]
            self.inspection.consumed.append(block)
            return
        if self.role in ("summary", "lists") and _INTRODUCES.match(text):
            self.inspection.introductions.append((self.label, self.test, self.role, block))
            self._statements(self.label, text, block)
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
        elif block.style == "caption" or (len(text) < 80 and not re.search(r"[.!?]$", text)):
            self._unread(block, "a caption or a signature", False)
        else:
            self._doubt_before(block)
            self._unread(block, "text without a number", True)
