"""Letters and web pages: paragraphs and lists, and the outcomes that they state."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from inspections.intake.drafting import Draft
from inspections.intake.grammar import Days, days_in, sentences, years_in
from inspections.intake.grammar.assessments import assessments_stated
from inspections.intake.grammar.outcomes import StatedOutcome
from inspections.intake.grammar.settled import OfBothTimes, is_of_last_time
from inspections.intake.grammar.stated_outcomes import outcomes_listed, outcomes_stated
from inspections.intake.text.hyphens import Joiner
from inspections.intake.text.lines import Line, Source, tidy
from inspections.intake.text.model import Block
from inspections.intake.text.patterns import ENDS_SENTENCE, bare
from inspections.intake.text.rows_of_words import FURNITURE, mark_margins, rows_of
from inspections.intake.text.vocabulary import HMIP, HMIP_OUTCOME, Test, levels, slug, tests

_PAGE = re.compile(
    r"(?:^|\s)page \d{1,3}(?: of \d{1,3})?$|^[-–]?\s*\d{1,3}\s*[-–]?$", re.IGNORECASE
)
# The heads of a table's columns, where they are years.
_YEARS = re.compile(
    r"(?:(?:healthy prison |our )?tests?\s+)?(?:19|20)\d{2}(?:\s+(?:19|20)\d{2})+", re.I
)
# How far to the right of its lead an entry stands, in points.
_SET_IN = 8
_ITEM = re.compile(r"^(?:[-–•*▪●○◦·\uf0b7]|\(?(?P<number>\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+(?=\S)")


@dataclass
class Passage:
    """A paragraph, a heading or an entry of a list.

    Attributes:
        block: Its text and place.
        lines: Its lines as printed.
        is_entry: Whether it is an entry of a list.
        number: The entry's number; empty where the list has none.
        style: ``heading``, ``bold`` or empty.
    """

    block: Block
    lines: list[str]
    is_entry: bool = False
    number: str = ""
    style: str = ""


def lines_of_prose(source: Source) -> list[Line]:
    """The lines of a letter or a page as they are printed, each from its left to its right end.

    Such documents have few tables, and justified lines may look like the rows of one.

    Args:
        source: The file as read.
    """
    if not any(page.words for page in source.sheets):
        return source.lines
    sizes = sorted(word.size for page in source.sheets for word in page.words)
    body = sizes[len(sizes) // 2]
    sheets = [rows_of(page.words, body) for page in source.sheets]
    mark_margins(source.sheets, sheets)
    steps = sorted(
        after.baseline - before.baseline
        for rows in sheets
        for before, after in itertools.pairwise(rows)
        if after.baseline - before.baseline > body * 0.8
    )
    step = steps[len(steps) // 4] if steps else body * 1.2
    found: list[Line] = []
    for page, rows in zip(source.sheets, sheets, strict=True):
        found.append(Line("", len(found) + 1, page.number))
        for place, row in enumerate(rows):
            if place and row.baseline - rows[place - 1].baseline > step * 1.25:
                found.append(Line("", len(found) + 1, page.number))
            own = row.words[1:] if len(row.words) > 1 and len(row.words[0].text) < 3 else row.words
            is_bold = all(word.is_bold for word in own)
            style = row.style or ("bold" if is_bold else "")
            found.append(Line(row.text, len(found) + 1, page.number, style, row.box))
    return found


def passages_of(lines: Sequence[Line], breaks: re.Pattern[str] | None = None) -> list[Passage]:
    """Make passages of lines: what a gap, the mark of a list or another type parts.

    Args:
        lines: The document's lines.
        breaks: Lines that are passages of their own, such as a letter's greeting.
    """
    joiner = Joiner(line.text for line in lines)
    hangs = _hangs(lines)
    width = max((len(line.text) for line in lines), default=0)
    right = max((line.box.right for line in lines if line.box and len(line.text) >= 50), default=0)
    found: list[Passage] = []
    after_gap = True
    previous: Line | None = None
    for line in lines:
        text = bare(line.text)
        if line.style == FURNITURE or (text and _PAGE.search(text) and len(text) < 60):
            continue
        if not text:
            after_gap = True
            continue
        item = _ITEM.match(text)
        is_own = bool(breaks and breaks.search(text))
        is_heading = line.level > 0 or (text != line.text.strip() and line.text.startswith("#"))
        current = found[-1] if found else None
        goes_on = (
            current is not None
            and previous is not None
            and item is None
            and not is_own
            and not is_heading
            and not (breaks and breaks.search(current.lines[0]))
            and line.cell == previous.cell
            and (line.style == previous.style or {line.style, previous.style} <= {"", "small"})
            and (not after_gap or _goes_over_a_page(current, previous, line, text))
            and not (current.is_entry and _is_below_a_list(current, line, text, hangs))
            and not (line.box is None and _ended(current.lines[-1], text, width))
            and not _ended_on_the_page(previous, text, right)
        )
        if goes_on and current is not None:
            current.lines.append(text)
        else:
            block = Block(
                "", line.number, line.page, is_heading or line.style == "heading", style=line.style
            )
            block.cell = line.cell
            number = item["number"] or "" if item else ""
            own = text[item.end() :] if item else text
            style = "heading" if is_heading else line.style
            current = Passage(block, [own], item is not None, number, style)
            found.append(current)
        current.block.extend(line.page, line.box)
        after_gap, previous = False, line
    for passage in found:
        joined, doubts = joiner.joined(passage.lines)
        passage.block.text = tidy(joined)
        passage.block.doubts += doubts
    _entries_without_marks(found)
    return found


def _entries_without_marks(passages: list[Passage]) -> None:
    """Tell the entries of a list whose marks are drawn, and no text: they are set in below it."""
    edge: float | None = None
    left = 0.0
    for before, passage in itertools.pairwise(passages):
        box = passage.block.places[0].box if passage.block.places else None
        above = before.block.places[0].box if before.block.places else None
        if box is None or above is None or passage.is_entry or passage.style:
            edge = None
        elif edge is None and before.block.text.endswith(":") and box.left > above.left + _SET_IN:
            edge, left = box.left, above.left
            passage.is_entry = True
        elif edge is not None and abs(box.left - edge) < 1 and box.left > left + _SET_IN:
            passage.is_entry = True
        else:
            edge = None


def _hangs(lines: Sequence[Line]) -> bool:
    """Whether the document's lists have hanging entries: text indented below the mark."""
    return any(
        bool(_ITEM.match(bare(before.text)))
        and bool(line.text)
        and not _ITEM.match(bare(line.text))
        and before.box is not None
        and line.box is not None
        and line.box.left > before.box.left + 0.5
        for before, line in itertools.pairwise(lines)
    )


def _is_below_a_list(current: Passage, line: Line, text: str, hangs: bool) -> bool:
    """Whether a line below an entry, without a gap between them, is no part of it."""
    first = current.block.places[0].box if current.block.places else None
    if first is not None and line.box is not None and hangs:
        return line.page == current.block.page and line.box.left <= first.left + 0.5
    return bool(ENDS_SENTENCE.search(current.lines[-1])) and text[:1].isupper()


def _ended(before: str, text: str, width: int) -> bool:
    """Whether a line ended its paragraph: the next one's first word had room on it."""
    first = text.split(" ", 1)[0]
    has_room = len(before) + 1 + len(first) < min(width, 120) - 8
    return has_room and text[:1].isupper() and not re.search(r"[,;–-]$", before)


def _ended_on_the_page(before: Line, text: str, right: float) -> bool:
    """The same of lines with positions: how much room is left on them up to the right margin."""
    if before.box is None or not right or not before.text:
        return False
    letter = (before.box.right - before.box.left) / len(before.text)
    first = text.split(" ", 1)[0]
    has_room = right - before.box.right > (len(first) + 4) * letter * 1.2
    return has_room and text[:1].isupper() and not re.search(r"[,;–-]$", before.text)


def _goes_over_a_page(current: Passage, previous: Line, line: Line, text: str) -> bool:
    """Whether a page break is within a paragraph."""
    is_break = line.page is not None and line.page != previous.page
    return is_break and not ENDS_SENTENCE.search(current.lines[-1]) and text[:1].islower()


@dataclass
class Outcomes:
    """The outcomes of a document's prose.

    Attributes:
        stated: Those of this visit, with the words and the passage that each rests on.
        last: Those of an earlier inspection, in the same way.
        asked: Sentences that may state one, with the reason why they are not read.
    """

    stated: list[tuple[StatedOutcome, str, Block]] = field(default_factory=list)
    last: list[tuple[StatedOutcome, str, Block]] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def without_contradictions(self) -> None:
        """Take out the outcomes of a test that has two, and ask about them."""
        by_test: dict[tuple[str, str], set[str]] = {}
        for outcome, _, _ in self.stated:
            if outcome.test:
                key = (outcome.test.code, outcome.unit)
                by_test.setdefault(key, set()).add(outcome.level.code)
        two = {key for key, codes in by_test.items() if len(codes) > 1}
        kept = []
        for outcome, sentence, block in self.stated:
            if outcome.test and (outcome.test.code, outcome.unit) in two:
                self.asked.append((f"{outcome.test.name} is given two outcomes", sentence))
            else:
                kept.append((outcome, sentence, block))
        self.stated = kept


def outcomes_of(
    passages: Sequence[Passage], this_year: int | None, own: str, kind: str
) -> Outcomes:
    """Read the outcomes that passages state of this visit.

    Args:
        passages: The passages that may state them.
        this_year: The year of the visit; none where it is not known.
        own: The names of the establishments that the document is about.
        kind: What kind of establishment it is about.
    """
    found = Outcomes()
    lead = ""
    years: list[int] = []
    for passage in passages:
        if heads := _YEARS.fullmatch(passage.block.text.strip()):
            years = years_in(heads[0])
            continue
        if years and _of_years(found, passage, years, this_year, kind):
            continue
        years = []
        if passage.is_entry and lead:
            own_entries = outcomes_listed(passage.block.text)
            is_last, doubt = is_of_last_time(lead, len(lead), len(lead), this_year)
            if own_entries and not is_last and not doubt:
                for each in own_entries:
                    _add(
                        found, each, f"{lead} {passage.block.text}", passage.block, this_year, kind
                    )
                continue
        elif not passage.is_entry:
            lead = (
                passage.block.text
                if re.search(r"\boutcomes?\b|\bjudg|\btests?\b", passage.block.text, re.I)
                else ""
            )
            lead = lead if lead.endswith(":") or passage.style else ""
        if passage.block.cell is not None and outcomes_listed(passage.block.text):
            continue
        _of_prose(found, passage, this_year, own, kind)
    for cells in _rows(passages):
        _of_table_row(found, cells, this_year, kind)
    found.without_contradictions()
    return found


def _of_years(
    found: Outcomes, passage: Passage, years: Sequence[int], this_year: int | None, kind: str
) -> bool:
    """Read rows of a table below its heads, two or more years; whether a passage is such rows."""
    if this_year is None or max(years) != this_year:
        return False
    text = passage.block.text.strip(" .")
    rows = list(_table_row().finditer(text))
    read = [re.findall(_labels(), row["levels"], re.IGNORECASE) for row in rows]
    is_whole = "".join(row[0] for row in rows).replace(" ", "") == text.replace(" ", "")
    if not rows or not is_whole or any(len(own) != len(years) for own in read):
        return False
    for row, own in zip(rows, read, strict=True):
        for year, label in zip(years, own, strict=True):
            for each in outcomes_listed(f"{row['test']}: {label}"):
                said = f"{row['test']}: {label} ({year})"
                if year == this_year:
                    _add(found, each, said, passage.block, this_year, kind)
                else:
                    found.last.append((replace(each, is_last=True), said, passage.block))
    return True


def _of_prose(
    found: Outcomes, passage: Passage, this_year: int | None, own: str, kind: str
) -> None:
    is_last_before: bool | None = None
    row = _table_row().fullmatch(passage.block.text.strip(" ."))
    if row is not None:
        # A row of a table whose cells lost their places: of two outcomes one is of another time.
        entry = outcomes_listed(f"{row['test']}: {row['levels'].strip()}")
        for each in entry:
            _add(found, each, row[0], passage.block, this_year, kind)
        if not entry:
            found.asked.append(("the line gives a test and outcomes without a verb", row[0]))
        return
    is_of_ofsted = False
    for sentence in sentences(passage.block.text):
        stated, fault = outcomes_stated(sentence, this_year, own)
        judged, other_fault = assessments_stated(sentence, this_year, own, is_of_ofsted)
        is_of_ofsted = "Ofsted" in sentence or (is_of_ofsted and bool(judged))
        stated = [*stated, *judged]
        if fault or other_fault:
            found.asked.append((fault or other_fault, sentence))
        for each in stated:
            if each.is_last:
                found.last.append((each, sentence, passage.block))
            elif each.is_last is None and is_last_before:
                found.asked.append(
                    ("the sentence before it is about the last inspection", sentence)
                )
            elif any(isinstance(doubt, OfBothTimes) for doubt in each.doubts):
                found.asked.append((each.doubts[0], sentence))
            else:
                _add(found, each, sentence, passage.block, this_year, kind)
        own_time, _ = is_of_last_time(sentence, len(sentence), len(sentence), this_year)
        is_last_before = is_last_before if own_time is None else own_time


@cache
def _labels() -> str:
    """The levels of an outcome as a pattern, the longest first."""
    return "|".join(sorted(levels()[HMIP_OUTCOME], key=len, reverse=True))


@cache
def _table_row() -> re.Pattern[str]:
    names = "|".join(re.escape(test.name) for test in tests(HMIP_OUTCOME))
    return re.compile(rf"(?P<test>{names})(?P<levels>(?:\s+(?:{_labels()}))+)", re.IGNORECASE)


def _rows(passages: Sequence[Passage]) -> Iterator[list[Passage]]:
    rows: dict[tuple[int, int], list[Passage]] = {}
    for passage in passages:
        if passage.block.cell is not None:
            rows.setdefault((passage.block.cell.table, passage.block.cell.row), []).append(passage)
    yield from rows.values()


def _of_table_row(
    found: Outcomes, cells: Sequence[Passage], this_year: int | None, kind: str
) -> None:
    """A row of a table with two columns, test and outcome; more of them are more than one time."""
    texts = [cell.block.text for cell in cells if cell.block.text]
    if len(texts) < 2:
        return
    named = [test for test in tests(HMIP_OUTCOME) if test.name == texts[0].strip(" :").lower()]
    listed = outcomes_listed(f"{texts[0].strip(' :')}: {texts[1]}") if named else []
    if not listed:
        return
    sentence = " | ".join(texts)
    if len(texts) > 2:
        found.asked.append(("the table gives more than one outcome of a test", sentence))
        return
    for each in listed:
        _add(found, each, sentence, cells[1].block, this_year, kind)


def _add(
    found: Outcomes,
    outcome: StatedOutcome,
    sentence: str,
    block: Block,
    this_year: int | None,
    kind: str,
) -> None:
    if outcome.is_of_all:
        own = all_tests(this_year, kind)
        if not own:
            found.asked.append(("which four tests it is about is not certain", sentence))
        for test in own:
            each = StatedOutcome(test, outcome.level, None, outcome.unit, sentence, outcome.doubts)
            found.stated.append((each, sentence, block))
    elif outcome.test is None:
        found.asked.append(("it names no test", sentence))
    elif not _is_used(outcome.test, this_year, kind):
        found.asked.append((f"{outcome.test.name} is no test of such a place then", sentence))
    elif not any(
        (each.test, each.level, each.unit) == (outcome.test, outcome.level, outcome.unit)
        for each, _, _ in found.stated
    ):
        found.stated.append((outcome, sentence, block))


def _is_used(test: Test, year: int | None, kind: str) -> bool:
    is_of_kind = test.establishment_kind == "all" or test.establishment_kind in kind
    return is_of_kind and (year is None or test.from_year - 1 <= year <= test.to_year + 1)


def all_tests(year: int | None, kind: str) -> list[Test]:
    """The tests of a year, where one of each group is in use; none where that is not certain."""
    own = [
        test
        for test in tests(HMIP_OUTCOME)
        if test.establishment_kind in ("all", "prison" if kind.startswith("prison") else kind)
        and year is not None
        and test.from_year <= year <= test.to_year
    ]
    return own if len({test.group for test in own}) == len(own) == 4 else []


class ProseDraft(Draft):
    """A proposal from prose, which may speak of an earlier inspection too."""

    def outcomes_of_last_time(self, outcomes: Outcomes, days: Days | None, this_visit: str) -> None:
        """Propose the outcomes of an earlier inspection that the prose dates; ask about others.

        Args:
            outcomes: What the prose states.
            days: The days of the visit that the document is about.
            this_visit: That visit's id.
        """
        held: set[str] = set()
        given: dict[str, str] = {}
        for outcome, sentence, block in outcomes.last:
            last = days_in(sentence)
            is_earlier = last is not None and (days is None or last.end < days.start)
            own = [outcome.test] if outcome.test else []
            if outcome.is_of_all and last is not None:
                own = all_tests(last.end.year, "prison")
            if last is None or not is_earlier or not own:
                outcomes.asked.append(("it is of an earlier inspection, and not dated", sentence))
                continue
            visit = f"{self.establishment}-{last.end.year}"
            doubts = ["the document speaks of an earlier inspection in passing"]
            if visit not in held and visit != this_visit:
                held.add(visit)
                is_day = last.precision == "day"
                self.add(
                    "visits_held",
                    f"{visit}-held",
                    last,
                    "",
                    block,
                    sentence,
                    doubts,
                    at_start=True,
                    visit_id=visit,
                    establishment_id=self.establishment,
                    visit_type="full_inspection",
                    started_on=last.start.isoformat() if is_day else "",
                    ended_on=last.end.isoformat() if is_day else "",
                    is_announced="",
                    bodies=HMIP,
                    follows_visit_id="",
                )
            for test in own:
                unit = slug(outcome.unit)
                event = f"{visit}-outcome-{test.code}" + (f"-{unit}" if unit else "")
                if given.setdefault(event, outcome.level.code) != outcome.level.code:
                    outcomes.asked.append((f"{test.name} is given two outcomes", sentence))
                if any(
                    row["event_id"] == event
                    for row in self.proposal.rows.get("outcomes_judged", [])
                ):
                    continue
                self.add(
                    "outcomes_judged",
                    event,
                    last,
                    "",
                    block,
                    sentence,
                    [*outcome.doubts, *doubts],
                    visit_id=visit,
                    unit=unit,
                    healthy_prison_test=test.code,
                    outcome=outcome.level.code,
                )
