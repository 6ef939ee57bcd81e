"""The rows of an action plan's table: from a PDF's ruled cells, or from text, cell after cell."""

import io
import re
from dataclasses import dataclass, field

import pdfplumber

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
_PAGE = re.compile(r"^page \d{1,3}(?: of \d{1,3})?$", re.IGNORECASE)
_LABELLED = re.compile(
    r"^(?P<label>(?:rec(?:ommendation)?|concern)(?: no\.?| number)?|response"
    r"|agreed/partly agreed/not agreed"
    r"|actions?(?: taken or planned| taken/planned| planned| taken)?|response action taken/planned"
    r"|(?:responsible )?owner|function responsible|responsible|target date|by when)"
    r"\s*:\s*(?P<text>.*)$",
    re.IGNORECASE,
)
_HEADER_WORDS = (
    "rec",
    "recommendation",
    "concern",
    "response",
    "agreed",
    "action",
    "owner",
    "function",
    "target",
)


@dataclass
class PlanRow:
    """One row of the table.

    Attributes:
        reference: The number in its first cell.
        text: The recommendation or concern as the plan prints it.
        answer: The answer's words, such as «Partly Agreed»; empty where the plan gives none.
        action: What was done or is planned.
        owner: The role or function that is responsible.
        target: The target date's words.
        block: Where it stands.
    """

    reference: str
    text: str
    answer: str = ""
    action: str = ""
    owner: str = ""
    target: str = ""
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


def read_cells(source: Source, content: bytes | None) -> PlanTable:
    """Read the table of a plan.

    Args:
        source: The file as lines.
        content: The bytes of a PDF; none for a text file.
    """
    # A number alone is a row's; a page's says that it is one.
    kept = [line for line in source.lines if not _PAGE.match(line.text)]
    if content is not None:
        table = _from_pdf(content)
        if table.rows:
            return table
    separated = _from_separated_lines(kept)
    return separated if separated.rows else _from_lines(kept)


# Cells side by side -------------------------------------------------------------------------------


def _from_pdf(content: bytes) -> PlanTable:
    cells: list[tuple[list[str], int, int]] = []
    outside: list[Line] = []
    with pdfplumber.open(io.BytesIO(content)) as document:
        for number, page in enumerate(document.pages, 1):
            tables = page.find_tables()
            for table in tables:
                for place, row in enumerate(table.extract(), 1):
                    cells.append(
                        ([tidy(" ".join((cell or "").split())) for cell in row], place, number)
                    )
            rest = page
            for table in tables:
                rest = rest.outside_bbox(table.bbox)
            for place, text in enumerate((rest.extract_text() or "").splitlines(), 1):
                outside.append(Line(tidy(text), place, number))
    rows, lost = _rows_of(cells)
    return PlanTable(rows, outside, lost)


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
        header = _header(texts)
        if header:
            columns = header
            continue
        block = Block(" ".join(texts), line, page or None)
        if not columns:
            columns = _guessed(texts)
            if not columns:
                lost.append(block)
                continue
        row = {name: texts[place] if place < len(texts) else "" for name, place in columns.items()}
        reference = _STARTS_ROW.match(row.get("reference", "").strip(" .*"))
        if reference:
            rows.append(
                PlanRow(
                    reference["reference"],
                    " ".join(part for part in (reference["text"], row.get("text", "")) if part),
                    row.get("answer", ""),
                    row.get("action", ""),
                    row.get("owner", ""),
                    row.get("target", ""),
                    block,
                )
            )
        elif rows and not row.get("reference"):
            # A row that a page break cut in two goes on without its number.
            last = rows[-1]
            for name in ("text", "answer", "action", "owner", "target"):
                joined = f"{getattr(last, name)} {row.get(name, '')}".strip()
                setattr(last, name, joined)
            last.block.text = f"{last.block.text} {block.text}".strip()
        elif any(texts):
            lost.append(block)
    return rows, lost


def _header(texts: list[str]) -> dict[str, int]:
    """The columns by what they hold, where a row is the table's header."""
    found: dict[str, int] = {}
    for place, text in enumerate(texts):
        key = re.sub(r"^\d{1,2}[.)]?\s+", "", plain(text))
        if len(key) > 90 or not any(word in key for word in _HEADER_WORDS):
            continue
        if re.match(r"(?:rec|recommendation|concern|para)?\.?(?: ?(?:no|number|ref))\b|^no$", key):
            found.setdefault("reference", place)
        elif "target" in key or "by when" in key:
            found.setdefault("target", place)
        elif "owner" in key or "function" in key or "responsib" in key:
            found.setdefault("owner", place)
        elif "action" in key:
            found.setdefault("action", place)
        elif "agreed" in key or "accepted" in key or key == "response":
            found.setdefault("answer" if "answer" not in found else "action", place)
        elif "recommendation" in key or "concern" in key:
            found.setdefault("text", place)
        elif "response" in key:
            found.setdefault("action", place)
    if len(found) >= 3 and 0 not in found.values():
        found.setdefault("reference", 0)
    return found if len(found) >= 3 else {}


def _guessed(texts: list[str]) -> dict[str, int]:
    """The columns of a table without a header, by what stands in its first row."""
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
        text = bare(line.text)
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
    row.action, row.owner, row.target = " ".join(action), " ".join(owner), " ".join(target)


def _is_role(text: str) -> bool:
    return bool(_OWNER.search(text)) and not re.search(r"[.;:]$", text)
