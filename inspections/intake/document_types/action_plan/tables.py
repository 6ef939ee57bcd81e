"""The rows of an action plan's table: from the places of its words, or cell after cell."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from inspections.intake.document_types.action_plan.columns import columns_of, reference_in
from inspections.intake.document_types.action_plan.grid import Item, Part, grid_of, parts_of
from inspections.intake.text.hyphens import Joiner
from inspections.intake.text.lines import Line, Source, tidy
from inspections.intake.text.model import Block
from inspections.intake.text.patterns import bare
from inspections.intake.text.vocabulary import plain, responses

REFERENCE = r"(?:S\d{1,3}|\d{1,2}\.\d{1,3})"
_STARTS_ROW = re.compile(
    rf"^(?:[-*•]\s+)?(?P<reference>{REFERENCE}|\d{{1,2}})[.):]?(?:\s+(?P<text>\S.*))?$"
)
_DATE = re.compile(
    r"^(?:by |from |end (?:of )?|before )?(?:(?:\d{1,2}(?:st|nd|rd|th)? )?(?:January|February|March"
    r"|April|May|June|July|August|September|October|November|December),? \d{4}|\d{1,2}[/.]\d{1,2}"
    r"[/.]\d{2,4}|(?:spring|summer|autumn|winter) \d{4}|\d{4}|complet(?:ed?|e and ongoing)"
    r"|complete[d]?(?: and)? ?on-?going|on-?going|n/?a|not applicable|in place"
    r"|complete[d]? ?[-–,(]? ?[A-Z]\w+ \d{4}\)?)\.?$",
    re.IGNORECASE,
)
_OWNER = re.compile(
    r"\b(?:governor|director|head of|manager|lead|hmpps|officer|executive|commissioner|nhs|team"
    r"|department|group|function|deputy|ministry|moj|provider|chaplain|psychology)\b",
    re.IGNORECASE,
)
# «Rec No: 5.1» opens a row as its number alone does.
_NUMBER_LABEL = re.compile(
    r"^(?:rec(?:ommendation)?|(?:key |priority )?concern|ref(?:erence)?)(?: no\.?| number)?\s*:?\s*"
    rf"(?=(?:{REFERENCE}|\d{{1,2}})$)",
    re.IGNORECASE,
)
_PAGE = re.compile(r"^page \d{1,3}(?: of \d{1,3})?$", re.IGNORECASE)
_LABELLED = re.compile(
    r"^(?P<label>(?:rec(?:ommendation)?|concern)(?: no\.?| number)?|response"
    r"|agreed/partly agreed/not agreed"
    r"|actions?(?: taken or planned| taken/planned| planned| taken)?|response action taken/planned"
    r"|(?:responsible )?owner|function responsible|responsible|target date|by when)"
    r"\s*:\s*(?P<text>.*)$",
    re.IGNORECASE,
)


@dataclass
class PlanAction:
    """One action of a row.

    Attributes:
        action: What was done or is planned.
        owner: The role or function that is responsible.
        target: The target date's words.
    """

    action: str = ""
    owner: str = ""
    target: str = ""


@dataclass
class PlanRow:
    """One row of the table.

    Attributes:
        reference: The number in its first cell.
        text: The recommendation or concern as the plan prints it.
        answer: The answer's words, such as «Partly Agreed»; empty where the plan gives none.
        actions: What was done or is planned, by whom and by when; one at least.
        block: Where it stands.
        doubts: Why its texts may not be as printed.
    """

    reference: str
    text: str
    answer: str = ""
    actions: list[PlanAction] = field(default_factory=lambda: [PlanAction()])
    block: Block = field(default_factory=lambda: Block("", 0))
    doubts: list[str] = field(default_factory=list)


@dataclass
class PlanTable:
    """The rows of a plan, and the lines that are in none.

    Attributes:
        rows: In the order of the document.
        outside: Lines above and below the table.
        lost: Pieces of the table that belong to no row.
        is_of_cells: Whether its cells stand side by side, not one after another.
    """

    rows: list[PlanRow]
    outside: list[Line]
    lost: list[Block]
    is_of_cells: bool = True


def answer_in(text: str) -> tuple[str, str]:
    """The answer that opens a text, and the rest; both as printed, the first may be empty."""
    names = "|".join(sorted((re.escape(name) for name in responses()), key=len, reverse=True))
    match = re.match(rf"^(?P<answer>{names})\b[.:;,]?\s*(?P<rest>.*)$", text, re.I | re.DOTALL)
    return (match["answer"], match["rest"].strip(" –-")) if match else ("", text)


def is_answer(text: str) -> bool:
    """Whether a text is an answer and nothing else."""
    answer, rest = answer_in(text.strip(" .*"))
    return bool(answer) and not rest


def read_table(source: Source) -> PlanTable:
    """Read the table of a plan.

    Args:
        source: The file as read.
    """
    if any(page.words for page in source.sheets):
        table = _from_places(source)
        if table.rows:
            return table
    # A number alone is a row's; a page's says that it is one.
    kept = [line for line in source.lines if not _PAGE.match(line.text)]
    for reader in (_from_cells, _from_separated_lines):
        table = reader(kept)
        if table.rows:
            return table
    return _from_lines(kept)


# Cells side by side -------------------------------------------------------------------------------


def _from_places(source: Source) -> PlanTable:
    grid = grid_of(source)
    rows: list[PlanRow] = []
    lost: list[Block] = []
    outside = list(grid.outside)
    for item in grid.items:
        block = _block_of(item)
        reference = reference_in(" ".join(item.once.part("reference").lines))
        texts = {name: _joined(grid.joiner, part) for name, part in item.once.cells.items()}
        row = PlanRow(
            reference,
            texts.get("text", ""),
            texts.get("answer", ""),
            [
                PlanAction(
                    _joined(grid.joiner, each.part("action")),
                    _joined(grid.joiner, each.part("owner")),
                    # What stands on two lines may be two dates: a hyphen joins none.
                    tidy(" ".join(each.part("target").lines)),
                )
                for each in item.actions
            ],
            block,
            [doubt for _, part in parts_of(item) for doubt in grid.joiner.joined(part.lines)[1]],
        )
        if item.is_touching:
            row.doubts.append("its cells touch one another: a word may stand in the wrong one")
        row.doubts += item.doubts
        if grid.has_unknown:
            row.doubts.append(
                "the table has a column whose title is not known, and no target dates"
            )
        if reference and row.actions:
            _take_answer(row, grid.has_answers)
            rows.append(row)
        elif sum(bool(part.lines) for _, part in parts_of(item)) >= 3:
            lost.append(block)
        else:
            # Below the table a plan may count its answers.
            outside.append(Line(block.text, block.number, block.page))
    return PlanTable(rows, outside, lost)


def _from_cells(lines: list[Line]) -> PlanTable:
    """Rows of the tables that a format marks as such, as web pages and word processors do."""
    rows, lost = _rows_of(_marked_cells(lines))
    return PlanTable(rows, [line for line in lines if line.cell is None], lost)


def has_plan_table(source: Source) -> bool:
    """Whether a format's own mark-up has a table with the columns of an action plan.

    Args:
        source: The file as read.
    """
    return any(columns_of(texts) for texts, _, _ in _marked_cells(source.lines))


def _marked_cells(lines: list[Line]) -> list[tuple[list[str], int, int]]:
    tables: dict[tuple[int, int], dict[int, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        if line.cell is not None and line.text:
            tables[line.cell.table, line.cell.row][line.cell.column].append(line)
    cells = []
    for own in tables.values():
        first = next(line for each in own.values() for line in each)
        texts = [
            " ".join(line.text for line in own.get(column, [])) for column in range(1, max(own) + 1)
        ]
        cells.append((texts, first.number, first.page or 0))
    return cells


def _joined(joiner: Joiner, part: Part) -> str:
    return tidy(joiner.joined(part.lines)[0])


def _block_of(item: Item) -> Block:
    parts = [part for _, part in parts_of(item)]
    text = " ".join(line for part in parts for line in part.lines)
    block = Block(tidy(text), item.line, item.page)
    for part in parts:
        for place in part.places:
            block.extend(place.page, place.box)
    return block


def _take_answer(row: PlanRow, has_answers: bool) -> None:
    """Take the answer that opens the action, in a table without a column of answers."""
    if has_answers or row.answer:
        return
    answer, rest = answer_in(row.actions[0].action)
    if answer and (not rest or rest[0].isupper()):
        row.answer, row.actions[0].action = answer, rest


def _from_separated_lines(lines: list[Line]) -> PlanTable:
    """Rows whose cells are parted by tabs or bars, as pasted tables are."""
    cells: list[tuple[list[str], int, int]] = []
    outside: list[Line] = []
    for line in lines:
        text = line.text
        parts = (
            [part.strip() for part in text.strip().strip("|").split("|")]
            if text.count("|") >= 3
            else [part.strip() for part in text.split("\t")]
        )
        if len(parts) >= 4 and not all(re.fullmatch(r":?-*:?", part) for part in parts):
            cells.append((parts, line.number, line.page or 0))
        elif not (text.count("|") >= 3):
            outside.append(line)
    rows, lost = _rows_of(cells)
    return PlanTable(rows, outside, lost)


def _rows_of(cells: list[tuple[list[str], int, int]]) -> tuple[list[PlanRow], list[Block]]:
    columns: dict[str, int] = {}
    rows: list[PlanRow] = []
    lost: list[Block] = []
    for texts, line, page in cells:
        header = columns_of(texts)
        if header:
            columns = header
            continue
        block = Block(" ".join(text for text in texts if text), line, page or None)
        if not columns:
            columns = _guessed(texts)
            if not columns:
                continue
        row = {name: texts[place] if place < len(texts) else "" for name, place in columns.items()}
        action = PlanAction(row.get("action", ""), row.get("owner", ""), row.get("target", ""))
        has_own = bool(action.action and (action.owner or action.target))
        number, text = _own_number(row)
        if number and rows and number == rows[-1].reference and has_own:
            # The number is repeated for another action of the same row.
            rows[-1].actions.append(action)
        elif number:
            own = PlanRow(number, text, row.get("answer", ""), [action], block)
            _take_answer(own, "answer" in columns)
            rows.append(own)
        elif rows and not row.get("reference") and any(row.values()):
            last = rows[-1]
            if has_own and not row.get("text") and not row.get("answer"):
                last.actions.append(action)
            else:
                # A row that a page break cut in two goes on without its number.
                last.text = f"{last.text} {row.get('text', '')}".strip()
                last.answer = f"{last.answer} {row.get('answer', '')}".strip()
                for name in ("action", "owner", "target"):
                    joined = f"{getattr(last.actions[-1], name)} {row.get(name, '')}".strip()
                    setattr(last.actions[-1], name, joined)
            last.block.text = f"{last.block.text} {block.text}".strip()
        elif sum(bool(text) for text in texts) >= 3:
            lost.append(block)
    return rows, lost


def _own_number(row: dict[str, str]) -> tuple[str, str]:
    """The reference of a row and its text, which may be in one cell."""
    text = row.get("text", "")
    if reference := reference_in(row.get("reference", "")):
        return reference, text
    joined = row.get("reference", "") or text
    match = _STARTS_ROW.match(joined.strip(" *"))
    if match and match["text"] and (not row.get("reference") or not text):
        return match["reference"], match["text"]
    return "", text


def _guessed(texts: list[str]) -> dict[str, int]:
    """The columns of a table without a header, by the content of its first row."""
    if not _STARTS_ROW.match(texts[0].strip(" .*")):
        return {}
    answer = next((place for place, text in enumerate(texts) if is_answer(text)), None)
    names = ("reference", "text", "answer", "action", "owner", "target")
    if answer == 2 and len(texts) in (5, 6):
        return dict(
            zip(names if len(texts) == 6 else names[:4] + names[5:], range(6), strict=False)
        )
    return {}


# Cells one after another --------------------------------------------------------------------------


def _from_lines(lines: list[Line]) -> PlanTable:
    rows: list[tuple[PlanRow, list[Line]]] = []
    outside: list[Line] = []
    answered = any(is_answer(bare(line.text)) for line in lines)
    for line in lines:
        text = _NUMBER_LABEL.sub("", bare(line.text))
        if not text:
            continue
        match = _STARTS_ROW.match(text)
        # A number alone, or a reference before a sentence, begins a row in any case.
        is_clear = match is not None and (
            not match["text"] or (not match["reference"].isdigit() and match["text"][0].isupper())
        )
        is_open = bool(rows) and not is_clear and not _is_answered(rows[-1][1], answered)
        if match and _is_next(match["reference"], rows) and not is_open and not _DATE.match(text):
            row = PlanRow(match["reference"], "")
            row.block = Block(text, line.number, line.page)
            rows.append(
                (row, [Line(match["text"], line.number, line.page)] if match["text"] else [])
            )
        elif rows:
            rows[-1][1].append(Line(text, line.number, line.page))
        else:
            outside.append(line)
    for row, own in rows:
        _fill(row, [line.text for line in own])
        row.block.text = " ".join([row.reference, *(line.text for line in own)])
    return PlanTable([row for row, _ in rows], outside, [], is_of_cells=False)


def _is_answered(own: list[Line], answered: bool) -> bool:
    """Whether a row is far enough for the next to begin."""
    if not own:
        return False
    return not answered or any(
        answer_in(re.sub(r"^response\s*:\s*", "", line.text, flags=re.I))[0] for line in own
    )


def _is_next(reference: str, rows: list[tuple[PlanRow, list[Line]]]) -> bool:
    if not reference.isdigit():
        return True
    last = rows[-1][0].reference if rows else "0"
    return int(reference) == (int(last) + 1 if last.isdigit() else 1)


def _fill(row: PlanRow, texts: list[str]) -> None:
    """Tell the cells of one row apart."""
    part = "text"
    found: dict[str, list[str]] = {}
    for text in texts:
        labelled = _LABELLED.match(text)
        if labelled:
            label = plain(labelled["label"])
            part = (
                "target"
                if "target" in label or "when" in label
                else "owner"
                if "owner" in label or "responsib" in label
                else "action"
                if "action" in label
                else "answer"
                if "response" in label or "agreed" in label
                else "text"
            )
            text = labelled["text"]
            if part == "answer" and not answer_in(text)[0]:
                part = "action"
        answer, rest = answer_in(text)
        if answer and (part in ("text", "answer")) and (not rest or "answer" not in found):
            is_cell = not rest or part == "answer" or rest[0].isupper()
            if is_cell:
                found["answer"] = [answer]
                part, text = "action", rest
        if text:
            found.setdefault(part, []).append(text)
    row.text = " ".join(found.get("text", []))
    row.answer = " ".join(found.get("answer", []))
    action = found.get("action", [])
    owner = found.get("owner", [])
    target = found.get("target", [])
    if not target:
        while action and _DATE.match(action[-1]):
            target.insert(0, action.pop())
    if not owner and target:
        while action and len(action[-1]) < 90 and _is_role(action[-1]) and len(owner) < 3:
            owner.insert(0, action.pop())
    row.actions = [PlanAction(" ".join(action), " ".join(owner), " ".join(target))]


def _is_role(text: str) -> bool:
    return bool(_OWNER.search(text)) and not re.search(r"[.;:]$", text)
