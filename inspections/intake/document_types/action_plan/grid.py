"""An action plan's table by the places of its words: with ruled lines or without, PDF or text.

The header gives the columns. The white space that runs down between two of them is their border.
A row begins where its first cell has a reference, or below a ruled line. Where cells are centred in
their rows, white space parts the rows. Within a row, an action begins where its owner or its target
date begins anew.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from inspections.intake.document_types.action_plan.columns import reference_in
from inspections.intake.document_types.action_plan.headers import (
    Columns,
    Headers,
    clustered,
    edges_of,
)
from inspections.intake.text.hyphens import Joiner
from inspections.intake.text.lines import Line, Source
from inspections.intake.text.model import Page, Place, Word
from inspections.intake.text.rows_of_words import FURNITURE, Row, mark_margins, rows_of

_PAGE = re.compile(r"\bpage \d{1,3}(?: of \d{1,3})?\b", re.IGNORECASE)


@dataclass
class Part:
    """The lines of one cell on one page, with their positions."""

    lines: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)


@dataclass
class Action:
    """One action of a row: what, who and by when."""

    cells: dict[str, Part] = field(default_factory=dict)

    def part(self, name: str) -> Part:
        """The part of a cell, made where it is new."""
        return self.cells.setdefault(name, Part())


@dataclass
class Item:
    """One row of the table: its single values, and its actions."""

    page: int
    line: int
    once: Action = field(default_factory=Action)
    actions: list[Action] = field(default_factory=list)
    is_touching: bool = False
    doubts: list[str] = field(default_factory=list)


@dataclass
class Grid:
    """The table of a plan.

    Attributes:
        items: Its rows.
        outside: The lines that stand in no row.
        joiner: What joins the lines of its cells.
        has_answers: Whether it has a column of answers.
        has_unknown: Whether no column is known to have target dates, and one is not known.
    """

    items: list[Item]
    outside: list[Line]
    joiner: Joiner
    has_answers: bool
    has_unknown: bool


# What stands once in a row, however many actions it has.
_ONCE = ("reference", "text", "answer")
_OF_ACTIONS = ("action", "owner", "target", "other")


def grid_of(source: Source) -> Grid:
    """Read the table of a plan from the places of its words.

    Args:
        source: The plan, whose sheets have the words.
    """
    reader = _Reader(source)
    for page, rows in zip(source.sheets, reader.sheets, strict=True):
        reader.page(page, rows)
    return Grid(
        reader.items,
        reader.outside,
        reader.joiner,
        any("answer" in columns.names for columns in reader.seen),
        any("target" not in each.names and "other" in each.names for each in reader.seen),
    )


class _Reader:
    def __init__(self, source: Source) -> None:
        is_text = source.format == "text"
        sizes = sorted(word.size for page in source.sheets for word in page.words)
        body = sizes[len(sizes) // 2] if sizes else 1.0
        # White space of so much parts two cells.
        self.gap = 1.9 if is_text else body * 0.95
        # So near to one another stand words of one cell.
        self.tight = 1.5 if is_text else body * 0.35
        self.sheets = [rows_of(page.words, body) for page in source.sheets]
        steps = sorted(
            after.baseline - before.baseline
            for rows in self.sheets
            for before, after in itertools.pairwise(rows)
            if after.baseline - before.baseline > body * 0.8
        )
        # How far apart the lines of a cell stand.
        self.line = steps[len(steps) // 4] if steps else body * 1.2
        self.step = self.line * 1.35
        self.headers = Headers(self.gap, self.step)
        mark_margins(source.sheets, self.sheets)
        for page, rows in zip(source.sheets, self.sheets, strict=True):
            self._mark_foot(page, rows)
        self.joiner = Joiner(
            " ".join(word.text for word in cell)
            for rows in self.sheets
            for row in rows
            for cell in self.headers.segments(row)
        )
        self.items: list[Item] = []
        self.outside: list[Line] = []
        self.columns: Columns | None = None
        self.seen: list[Columns] = []
        self.is_open = False

    def _mark_foot(self, page: Page, rows: list[Row]) -> None:
        """Mark the foot of a page, which runs along no others where the plan has one page."""
        for before, row in list(itertools.pairwise(rows))[-2:]:
            is_apart = row.baseline - before.baseline > self.step * 1.5
            is_low = row.baseline > page.height * 0.93 and not row.style
            if _PAGE.search(row.text) or (is_low and is_apart and page.height > self.step * 20):
                row.style = FURNITURE

    # Pages ----------------------------------------------------------------------------------------

    def page(self, page: Page, rows: list[Row]) -> None:
        """Read a page: the parts of it between one header and the next."""
        self.headers.edges = edges_of(page)
        headers = self.headers.find(rows)
        position = 0
        for start, end in [*headers, (len(rows), len(rows))]:
            body = [row for row in rows[position:start] if row.style != FURNITURE]
            if self.columns is not None and body:
                self._body(page, body)
            else:
                self._outside(page, body)
            if start < len(rows):
                found = self.headers.columns(page, rows[start:end], rows[end:])
                self.columns = found
                self.seen.append(found)
            position = end

    def _outside(self, page: Page, rows: Sequence[Row]) -> None:
        for row in rows:
            number = len(self.outside) + 1
            self.outside.append(Line(row.text, number, page.number, row.style, row.box))

    # Rows -----------------------------------------------------------------------------------------

    def _body(self, page: Page, rows: Sequence[Row]) -> None:
        """Read the rows of words below a header, or at the top of a page that has none."""
        columns = self.columns
        if columns is None:
            return
        rules = self._rules(page, columns)
        bands = self._bands(rules["reference"], rows, columns)
        if bands:
            self._ruled(page, bands, rules["action"], columns)
            return
        if bands := self._centred(rows, columns):
            self._apart(page, bands, columns)
            return
        previous: Row | None = None
        last: dict[str, float] = {}
        is_first = True
        for row in rows:
            is_over = self._is_over(row, columns)
            if is_over:
                self._outside(page, [row])
                self.is_open = previous is None and self.is_open
                previous = None
                last = {}
                continue
            cells = self._cells(row, columns)
            is_ruled = previous is not None and any(
                previous.baseline < line < row.baseline for line in rules["reference"]
            )
            is_part = previous is not None and any(
                previous.baseline < line < row.baseline for line in rules["action"]
            )
            reference = " ".join(word.text for word in cells.get("reference", []))
            if self._begins(reference, row, last, bool(rules["reference"]), is_ruled):
                if self._is_repeated(reference, is_first):
                    # A page break repeats the reference of the row that goes on.
                    cells.pop("reference")
                    cells.pop("text", None)
                    cells.pop("answer", None)
                    self._new_action(cells, True)
                else:
                    self.items.append(Item(page.number, len(self.items) + 1))
                    self.is_open = True
                    last = {}
            elif (
                self.is_open
                and self.items
                and self._opens_action(
                    cells, row, last, is_ruled or is_part, previous is None and is_first
                )
            ):
                self.items[-1].actions.append(Action())
            elif previous is not None and "action" not in cells:
                # Apart from the row above and without an action: what stands below the table.
                self.is_open &= row.baseline - previous.baseline <= self.step
            if not self.is_open or not self.items:
                self._outside(page, [row])
                continue
            self._fill(page, row, cells)
            last |= dict.fromkeys(cells, row.baseline)
            previous = row
            is_first = False

    def _bands(
        self, lines: Sequence[float], rows: Sequence[Row], columns: Columns
    ) -> list[list[Row]]:
        """The rows of words between ruled lines; empty where these do not part the table's rows."""
        if len(lines) < 2:
            return []
        found: list[list[Row]] = []
        before = -1
        for row in rows:
            band = sum(line < row.baseline for line in lines)
            if band != before or band in (0, len(lines)):
                found.append([])
            found[-1].append(row)
            before = band
        for band_rows in found:
            references = [
                word
                for row in band_rows
                for word in row.words
                if columns.of(word) == "reference" and reference_in(word.text)
            ]
            if len(references) > 1:
                return []
        return found

    def _centred(self, rows: Sequence[Row], columns: Columns) -> list[list[Row]]:
        """The table's rows where their cells are centred and white space parts them; else empty."""
        if "reference" not in columns.names:
            return []
        found: list[list[Row]] = []
        for row in rows:
            if not found or row.baseline - found[-1][-1].baseline > self.line * 1.25:
                found.append([])
            found[-1].append(row)
        has_above = False
        for band in found:
            places = [row.baseline for row in band if self._reference(row, columns)]
            if len(places) > 1:
                return []
            if places:
                above, below = places[0] - band[0].baseline, band[-1].baseline - places[0]
                if abs(above - below) > self.line * 1.2:
                    return []
                has_above |= above > self.line * 0.4
        return found if has_above else []

    def _reference(self, row: Row, columns: Columns) -> str:
        own = [word.text for word in row.words if columns.of(word) == "reference"]
        return reference_in(" ".join(own))

    def _apart(self, page: Page, bands: Sequence[Sequence[Row]], columns: Columns) -> None:
        """Read the rows of a table that white space parts, each cell centred in its row."""
        for place, rows in enumerate(bands):
            cells = [(row, self._cells(row, columns)) for row in rows]
            has_reference = any(self._reference(row, columns) for row in rows)
            names = {name for _, each in cells for name in each}
            if not has_reference and names <= {"reference", "text"}:
                self._outside(page, rows)
                continue
            is_cut = bool(self.items) and "reference" not in self.items[-1].once.cells
            # A page break may cut a row above its reference, or below it.
            goes_on = place == 0 and bool(self.items) and (is_cut or not has_reference)
            if goes_on:
                self.items[-1].doubts.append("a page break cuts its row")
            else:
                self.items.append(Item(page.number, len(self.items) + 1))
            self.is_open = True
            for row, own in cells:
                self._fill(page, row, own)
            for name in ("owner", "target"):
                lines = [row.baseline for row, own in cells if name in own]
                if any(b - a > self.line * 1.4 for a, b in itertools.pairwise(lines)):
                    self.items[-1].doubts.append(
                        "it may have several actions, which are read as one"
                    )

    def _ruled(
        self,
        page: Page,
        bands: Sequence[Sequence[Row]],
        lines: Sequence[float],
        columns: Columns,
    ) -> None:
        """Read the rows of a table with ruled lines: two lines enclose a row."""
        for place, rows in enumerate(bands):
            cells = [(row, self._cells(row, columns)) for row in rows]
            is_over = any(
                columns.of(words[0]) != columns.of(words[-1])
                for row in rows
                for words in self.headers.segments(row)
            )
            names = {name for _, each in cells for name in each}
            reference = reference_in(
                " ".join(word.text for _, each in cells for word in each.get("reference", []))
            )
            if is_over or (not reference and (not self.is_open or names <= {"reference", "text"})):
                self._outside(page, rows)
                continue
            above = self.items[-1].once.part("reference").lines if self.items else []
            is_repeated = bool(reference) and reference_in(" ".join(above)) == reference
            if reference and not (is_repeated and (place == 0 or self.is_open)):
                self.items.append(Item(page.number, len(self.items) + 1))
                self.is_open = True
            elif "action" in names and names & {"owner", "target"}:
                opening = next(each for _, each in cells if "action" in each)
                if place or self._opens_action(
                    {**opening, "owner": opening["action"]}, rows[0], {}, False, True
                ):
                    self.items[-1].actions.append(Action())
            before: int | None = None
            for row, own in cells:
                band = sum(line < row.baseline for line in lines)
                if before is not None and band != before and names & {"owner", "target"}:
                    self.items[-1].actions.append(Action())
                if is_repeated:
                    own.pop("reference", None)
                self._fill(page, row, own)
                before = band

    def _cells(self, row: Row, columns: Columns) -> dict[str, list[Word]]:
        cells: dict[str, list[Word]] = {}
        for word in row.words:
            cells.setdefault(columns.of(word), []).append(word)
        if "reference" not in columns.names:
            self._take_reference(cells)
        return cells

    def _take_reference(self, cells: dict[str, list[Word]]) -> None:
        """Take the number that opens a text, in a table without a column of references."""
        words = cells.get("text", [])
        reference = reference_in(words[0].text) if len(words) > 1 else ""
        above = self.items[-1].once.part("reference").lines if self.items else []
        before = reference_in(" ".join(above)) or "0"
        is_next = reference.isdigit() and before.isdigit() and int(reference) == int(before) + 1
        if is_next or (reference and not reference.isdigit()):
            cells["reference"], cells["text"] = words[:1], words[1:]

    def _rules(self, page: Page, columns: Columns) -> dict[str, list[float]]:
        """Where ruled lines run through a column, from top to bottom."""
        found: dict[str, list[float]] = {}
        for name in ("reference", "action"):
            middle = columns.middle(name) or columns.middle("text")
            found[name] = clustered(
                (rule.top + rule.bottom) / 2
                for rule in page.rules
                if middle is not None
                and rule.bottom - rule.top < 4
                and rule.left <= middle <= rule.right
            )
        return found

    def _is_over(self, row: Row, columns: Columns) -> bool:
        """Whether a row is no row of the table: a heading or a sentence that runs over it."""
        first = self.headers.segments(row)[0]
        if columns.of(first[0]) != columns.names[0]:
            return False
        if columns.names[0] != "reference":
            return columns.of(first[-1]) != columns.names[0]
        text = " ".join(word.text for word in first)
        if reference_in(text) or reference_in(first[0].text):
            return False
        own = [word for word in first if columns.of(word) == "reference"]
        return len(own) < len(first) or (len(self.headers.segments(row)) == 1 and len(text) > 4)

    def _begins(
        self,
        reference: str,
        row: Row,
        last: dict[str, float],
        has_rules: bool,
        is_ruled: bool,
    ) -> bool:
        """Whether a row of the table begins with this row of words."""
        if not reference:
            return False
        if not self.is_open or not self.items or "reference" not in last:
            above = self.items[-1].once.cells.get("reference") if self.items else None
            # «Key concern» and its number may stand below one another.
            is_incomplete = above is not None and not reference_in(" ".join(above.lines))
            return bool(last) or not self.is_open or not is_incomplete
        if has_rules:
            return is_ruled
        near = row.baseline - last["reference"] <= self.step
        above_text = " ".join(self.items[-1].once.part("reference").lines)
        return not near or bool(reference_in(above_text) and reference_in(reference))

    def _is_repeated(self, reference: str, is_first: bool) -> bool:
        if not is_first or not self.items:
            return False
        above = " ".join(self.items[-1].once.part("reference").lines)
        return bool(reference) and reference_in(above) == reference_in(reference)

    def _new_action(self, cells: dict[str, list[Word]], is_repeated: bool) -> None:
        if is_repeated and cells.get("action") and (cells.get("owner") or cells.get("target")):
            self.items[-1].actions.append(Action())

    def _opens_action(
        self,
        cells: dict[str, list[Word]],
        row: Row,
        last: dict[str, float],
        is_ruled: bool,
        is_after_break: bool,
    ) -> bool:
        """Whether another action of the same row begins: with its owner or its target date."""
        has_own = bool(cells.get("owner") or cells.get("target"))
        if not cells.get("action") or not has_own or not self.items[-1].actions:
            return False
        if is_ruled:
            return True
        if is_after_break:
            # Over a page break the cell goes on, unless the action before it is complete.
            done = self.items[-1].actions[-1].part("action").lines
            starts = cells["action"][0].text[:1]
            return bool(done) and done[-1].endswith(".") and not starts.islower()
        # Its cells are set apart from those above: none goes on from the line before.
        names = [name for name in ("action", "owner", "target") if cells.get(name)]
        return all(name not in last or row.baseline - last[name] > self.step for name in names)

    def _is_touching(self, row: Row, cells: dict[str, list[Word]]) -> bool:
        """Whether two columns are no further apart than the words within one."""
        column = {id(word): name for name, words in cells.items() for word in words}
        return any(
            after.box.left - before.box.right < self.tight
            and column.get(id(before)) != column.get(id(after))
            and not any(
                before.box.right - 1 < edge < after.box.left + 1 for edge in self.headers.edges
            )
            for before, after in itertools.pairwise(row.words)
        )

    def _fill(self, page: Page, row: Row, cells: dict[str, list[Word]]) -> None:
        item = self.items[-1]
        item.is_touching |= self._is_touching(row, cells)
        for name, words in cells.items():
            if name in _OF_ACTIONS and not item.actions:
                item.actions.append(Action())
            part = (item.once if name in _ONCE else item.actions[-1]).part(name)
            part.lines.append(" ".join(word.text for word in words))
            box = words[0].box
            for word in words[1:]:
                box = box.joined(word.box)
            if part.places and part.places[-1].page == page.number and part.places[-1].box:
                part.places[-1] = Place(page.number, part.places[-1].box.joined(box))
            else:
                part.places.append(Place(page.number, box))


def parts_of(item: Item) -> Iterator[tuple[str, Part]]:
    """All parts of a row, in the order of its cells."""
    yield from item.once.cells.items()
    for action in item.actions:
        yield from action.cells.items()
