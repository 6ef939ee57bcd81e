"""Words with positions as lines: rows of words, what runs in the margins, columns and tables.

PDF and text with a layout both come here: a PDF's unit is the point, a text's the character. A
row is what stands on one baseline. White space that runs down through several rows parts columns.

Longer than 500 lines: rows, margins and columns are found in the same words, each by the marks of
the one before.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from inspections.intake.text.lines import Line, tidy
from inspections.intake.text.model import Box, Cell, Page, Word
from inspections.intake.text.patterns import SECTION, bare
from inspections.intake.text.vocabulary import plain, tests

FURNITURE = "furniture"
FOOTNOTE = "footnote"
_PAGE_NUMBER = re.compile(r"^(?:page\s+)?[-–]?\s*\d{1,3}\s*[-–]?(?:\s+of\s+\d{1,3})?$", re.I)
# What stands before a paragraph or an item and is no column of its own.
_MARK = re.compile(
    r"^(?:[-–•*▪●○◦§\uf0b7·]|\(?[a-z]{1,2}[).]|\(?[ivx]{1,5}[).]|[A-Z]{1,3}\d{1,3}[.:]?"
    r"|\d{1,3}(?:\.\d{1,3}){0,3}[.):]?)$"
)
_FOOTNOTE = re.compile(r"^\d{1,3}\.?\s+\S")
_NUMBER = re.compile(r"^\d{1,3}\.?(?=\s)")
_NUMBER_ALONE = re.compile(r"^\d{1,3}$")


@dataclass
class Row:
    """The words on one baseline of a page.

    Attributes:
        words: From left to right.
        baseline: How far below the page's top edge it stands.
        size: The size of most of its type.
        style: ``heading``, ``bold``, ``small``, ``footnote``, ``furniture`` or empty.
        joins: Whether it goes on from the row above, although space stands between.
        parts: The rows that it is made of, where cells stand at different heights.
    """

    words: list[Word]
    baseline: float
    size: float
    style: str = ""
    joins: bool = False
    parts: list["Row"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words."""
        return tidy(" ".join(word.text for word in self.words))

    @property
    def box(self) -> Box:
        """Around all its words."""
        return _around(self.words)

    @property
    def indent(self) -> float:
        """Where its text begins, behind a number or a bullet."""
        has_mark = len(self.words) > 1 and _MARK.match(self.words[0].text)
        return self.words[1 if has_mark else 0].box.left

    def line(self, number: int, page: Page, cell: Cell | None = None) -> Line:
        """The row as a line."""
        if page.first_line is not None:
            number = page.first_line + int(self.baseline) - 1
        return Line(
            self.text,
            number,
            page.number,
            self.style,
            self.box,
            cell,
            size=self.size,
            indent=self.indent,
        )


@dataclass
class _Region:
    """Rows with white space that runs down through them."""

    rows: list[Row]
    rivers: list[tuple[float, float]]
    columnar: list[bool] = field(default_factory=list)


def lines_of(
    pages: Sequence[Page], sheets: Sequence[list[Row]], em: float, step: float
) -> list[Line]:
    """Make lines of the rows of all pages.

    Args:
        pages: The pages.
        sheets: The rows of each.
        em: The size of the body's type.
        step: The usual distance between the baselines of a paragraph.
    """
    mark_margins(pages, sheets)
    tables = _Tables(em, step)
    lines: list[Line] = []
    for page, rows in zip(pages, sheets, strict=True):
        lines += tables.page(page, rows)
    return lines


def mark_margins(pages: Sequence[Page], sheets: Sequence[list[Row]]) -> None:
    """Mark the rows that run along the pages, at one height of the margin.

    A heading that a running head repeats stands in the text, at a height of its own.
    """
    slots: dict[tuple[str, int], list[tuple[int, Row]]] = defaultdict(list)
    for page, rows in zip(pages, sheets, strict=True):
        unit = max(page.height / 210, 0.6)
        for place, row in enumerate(rows):
            at = "top" if place < 3 else "bottom" if place >= len(rows) - 3 else ""
            if page.first_line is not None:
                # The pages of a text are as long as what stands on them.
                if place in (0, len(rows) - 1):
                    slots["bottom" if place else "top", 0].append((page.number, row))
            elif row.baseline < page.height * 0.14 and at == "top":
                slots["top", round(row.baseline / unit)].append((page.number, row))
            elif at and row.baseline > page.height * 0.8:
                slots["bottom", round(row.baseline / unit)].append((page.number, row))
    on_page = {
        page.number: Counter(plain(row.text) for row in rows)
        for page, rows in zip(pages, sheets, strict=True)
    }
    # Of two rows with the same words, the running head is the one nearer to the page's edge.
    outermost: dict[str, set[int]] = {"top": set(), "bottom": set()}
    for rows in sheets:
        for edge, ordered in (("top", rows), ("bottom", rows[::-1])):
            seen: set[str] = set()
            for row in ordered:
                text = plain(row.text)
                if text not in seen:
                    seen.add(text)
                    outermost[edge].add(id(row))
    everywhere = Counter(text for counts in on_page.values() for text in counts.elements())
    running: set[int] = set()
    for (at, _), slot in slots.items():
        found = [(number, row) for number, row in slot if id(row) in outermost[at]]
        keys = Counter(_without_number(row.text) for _, row in found)
        repeated = [
            (number, row)
            for number, row in found
            if keys[_without_number(row.text)] > 1
            or _PAGE_NUMBER.match(row.text)
            or on_page[number][plain(row.text)] > 1
        ]
        if len({number for number, _ in repeated}) < 2:
            continue
        is_slot = len(repeated) >= 3 or len(repeated) == len(found)
        for number, row in found:
            text = row.text
            is_repeated = keys[_without_number(text)] > 1
            # A section of one page has its running head once, beside its heading.
            is_beside = is_slot and everywhere[plain(text)] > 1 and len(text) < 120
            if _PAGE_NUMBER.match(text) or (is_slot and (is_repeated or is_beside)):
                if number == 1 and not _PAGE_NUMBER.match(text) and not is_slot:
                    continue
                running.add(id(row))
    for rows in sheets:
        # What runs along the pages stands outside of all else.
        places = [place for place, row in enumerate(rows) if id(row) not in running]
        if places:
            running -= {id(row) for row in rows[places[0] : places[-1] + 1]}
        body = [row for row in rows if id(row) not in running]
        for place, row in enumerate(rows):
            is_edge = place in (0, len(rows) - 1)
            if id(row) in running or (is_edge and _PAGE_NUMBER.match(row.text)):
                # A page of nothing but its running head has no text at all.
                row.style = FURNITURE if body or id(row) in running else row.style


def _without_number(text: str) -> str:
    return plain(
        re.sub(r"\bpage \d{1,3} of \d{1,3}\b|^\d{1,3}\s+|\s+\d{1,3}$", "", text, flags=re.I)
    )


class _Tables:
    """Parts pages into running text and tables; numbers the tables of a document."""

    def __init__(self, em: float, step: float) -> None:
        self.em = em
        self.step = step
        # The least space between columns that several rows have shown; in a text two characters.
        self._least = em * 0.5 if em > 2 else 2
        self.table = 0
        self.row = 0
        self.rivers: list[tuple[float, float]] = []
        self.headers: list[str] = []
        self.last_page = 0
        self.last_row: list[str] = []
        # How many lines of text stand between the last table and here.
        self.since = 99

    def page(self, page: Page, rows: list[Row]) -> list[Line]:
        """The lines of a page.

        Args:
            page: The page.
            rows: Its rows from top to bottom.
        """
        lines: list[Line] = [Line("", 0, page.number)]
        number = 0
        previous: Row | None = None
        position = 0
        rows = self._joined(rows)
        while position < len(rows):
            row = rows[position]
            region = self._region(rows, position) if row.style != FURNITURE else None
            if region is not None and len(region.rows) > 0:
                number += 1
                lines.append(Line("", number, page.number))
                made = self._region_lines(region, page, number)
                lines += made
                number += len(made)
                lines.append(Line("", number, page.number))
                position += len(region.rows)
                previous = None
                continue
            if row.parts:
                # No table: the rows stand for themselves.
                rows[position : position + 1] = row.parts
                row = rows[position]
            number += 1
            position += 1
            if row.style == FURNITURE:
                lines.append(row.line(number, page))
                continue
            if previous is None or self._is_gap(previous, row):
                lines.append(Line("", number, page.number))
            lines.append(row.line(number, page))
            self.since += 1
            previous = row
        return lines

    def _is_gap(self, before: Row, row: Row) -> bool:
        if row.joins:
            return False
        gap = row.baseline - before.baseline
        differs = abs(before.size - row.size) > self.em * 0.1
        usual = max(self.step, row.size * 1.3 if row.style == "heading" else 0.0)
        return gap > usual * 1.25 or gap < -self.em or differs

    def _joined(self, rows: list[Row]) -> list[Row]:
        """Merge rows between one another's lines: cells centred in height."""
        made: list[Row] = []
        for row in rows:
            above = made[-1] if made else None
            last = above.parts[-1] if above and above.parts else above
            if (
                above is not None
                and last is not None
                and FURNITURE not in (row.style, above.style)
                and row.baseline - last.baseline < self.step * 0.75
                and not _overlap(last, row)
            ):
                parts = above.parts or [above]
                words = sorted([*above.words, *row.words], key=lambda word: word.box.left)
                made[-1] = Row(words, above.baseline, above.size, above.style, parts=[*parts, row])
            else:
                made.append(row)
        return made

    # Columns ------------------------------------------------------------------------------------

    def _gaps(self, row: Row) -> list[tuple[float, float]]:
        """The white space between the words of a row that is wide enough to part columns."""
        words = row.words
        if SECTION.match(row.text):
            # A heading may be set to the full width of the page.
            return []
        first = 0
        # A mark and what it stands before are one.
        if len(words) > 1 and _MARK.match(words[0].text):
            first = 1
        rights = list(itertools.accumulate((word.box.right for word in words[first:]), max))
        gaps = [
            (right, after.box.left)
            for right, after in zip(rights, words[first + 1 :], strict=False)
        ]
        # Cells that stand at different heights are certain to be cells.
        least = self._least if row.parts else self.em
        wide = [(left, right) for left, right in gaps if right - left >= least]
        if row.style == "heading" and (
            len(wide) > 1 or max((b - a for a, b in gaps), default=0) < row.size * 3
        ):
            return []
        if len(wide) > 1 and len(wide) == len(gaps):
            # A line of few words that is set to the full width of the page.
            space = [right - left for left, right in wide]
            return [] if max(space) - min(space) <= (1 if self.step == 1 else 0.5) else wide
        return wide

    def _region(self, rows: list[Row], start: int) -> _Region | None:
        first = rows[start]
        rivers = self._gaps(first)
        if not rivers:
            return None
        taken = [first]
        columnar = [True]
        for row in rows[start + 1 :]:
            if SECTION.match(row.text) or (row.style == "heading" and first.style != "heading"):
                break
            # Where several rows have shown the columns, one with little space between is theirs.
            least = self._least if sum(columnar) > 1 or first.parts else self.em * 0.8
            narrowed = self._narrowed(rivers, row, least) if row.style != FURNITURE else []
            if not narrowed:
                break
            gap = row.baseline - taken[-1].baseline
            is_columnar = _is_beside(row, narrowed)
            is_behind = row.words[0].box.left >= rivers[0][1] - self.em * 0.1
            if gap > self.step * (6 if is_columnar else 4 if is_behind else 1.3):
                break
            taken.append(row)
            columnar.append(is_columnar)
            rivers = narrowed
        count = sum(columnar)
        widest = max(right - left for left, right in rivers)
        if count < 2 and widest < self.em * 2.5 and not first.parts:
            return None
        least = self._least if count > 2 or first.parts else self.em * (1 if count > 1 else 2.5)
        rivers = [(left, right) for left, right in rivers if right - left >= least]
        if not rivers:
            return None
        rivers = self._with_narrow(taken, rivers)
        texts = [
            " ".join(word.text for word in words)
            for row in taken
            if (words := self._split(row, rivers)[-1])
        ]
        if len(rivers) == 1 and texts and all(_NUMBER_ALONE.match(text) for text in texts):
            # A table of contents without leaders.
            return None
        return _Region(taken, rivers, columnar)

    def _with_narrow(
        self, rows: list[Row], rivers: list[tuple[float, float]]
    ) -> list[tuple[float, float]]:
        """The rivers of a table, with narrow ones that run through many rows."""
        if len(rows) < 5:
            return rivers
        words = [word for row in rows for word in row.words]
        found = list(rivers)
        for left in sorted({round(word.box.right, 1) for word in words}):
            right = min((word.box.left for word in words if word.box.left > left), default=left)
            if right - left < self._least or any(
                word.box.left < right - 0.1 and word.box.right > left + 0.1 for word in words
            ):
                continue
            if any(low < right and high > left for low, high in found):
                continue
            # Words stand close on both sides of it, in several rows.
            beside = sum(
                any(0 <= left + 0.1 - word.box.right < self.em * 8 for word in row.words)
                and any(0 <= word.box.left + 0.1 - right < self.em * 2 for word in row.words)
                for row in rows
            )
            if beside >= 3:
                found.append((left, right))
        return sorted(found)

    def _narrowed(
        self, rivers: list[tuple[float, float]], row: Row, least: float
    ) -> list[tuple[float, float]]:
        """Narrows the white space between columns by a row's words."""
        words = row.words
        edges = [(word.box.left, word.box.right) for word in words]
        kept: list[tuple[float, float]] = []
        for left, right in rivers:
            free = [(left, right)]
            for start, end in edges:
                parts = []
                for low, high in free:
                    if end <= low or start >= high:
                        parts.append((low, high))
                        continue
                    if start > low:
                        parts.append((low, start))
                    if end < high:
                        parts.append((end, high))
                free = parts
            # The widest piece that is left.
            best = max(free, key=lambda part: part[1] - part[0], default=(0.0, 0.0))
            if best[1] - best[0] >= least:
                kept.append(best)
        # A row that is wide, and crosses one column's edge, is no row of this table.
        if len(kept) < len(rivers) and not self._gaps(row):
            return []
        return kept

    def _region_lines(self, region: _Region, page: Page, number: int) -> list[Line]:
        grouped = self._table_rows(region, page)
        columns = len(region.rivers) + 1
        if self._is_newspaper(region, grouped, columns):
            return self._columns_in_turn(region, page, number, columns)
        goes_on = False
        is_same = (
            self.since <= 2
            and len(self.rivers) == len(region.rivers)
            and all(
                min(a[1], b[1]) - max(a[0], b[0]) > 0
                for a, b in zip(self.rivers, region.rivers, strict=True)
            )
        )
        heads = [self._cell_text(words) for words in grouped[0]]
        if not is_same:
            self.table += 1
            self.row = 0
            self.headers = heads if _is_header(heads) else []
        else:
            goes_on = page.number != self.last_page and self._cut(grouped[0])
        is_repeated = is_same and bool(self.headers) and heads == self.headers
        lines: list[Line] = []
        for place, cells in enumerate(grouped):
            if is_repeated and place == 0:
                continue
            if not (goes_on and place == 0):
                self.row += 1
            for column, words in enumerate(cells):
                header = ""
                if self.headers and self.row != 1:
                    header = self.headers[column] if column < len(self.headers) else ""
                cell = Cell(self.table, self.row, column + 1, header)
                lines.append(Line("", number, page.number))
                for row in words:
                    number += 1
                    lines.append(row.line(number, page, cell))
        self.rivers = region.rivers
        self.last_page = page.number
        self.last_row = [self._cell_text(rows) for rows in grouped[-1]]
        self.since = 0
        return lines

    def _cut(self, cells: list[list[Row]]) -> bool:
        """Whether a table's first row on a page goes on with the last row of the page before."""
        texts = [self._cell_text(rows) for rows in cells]
        if not any(text[:1].islower() for text in texts):
            return False
        return all(
            not text or not before or not re.search(r"[.!?]$", before) or text[:1].islower()
            for before, text in zip(self.last_row, texts, strict=False)
        )

    def _cell_text(self, rows: list[Row]) -> str:
        return " ".join(row.text for row in rows)

    def _split(self, row: Row, rivers: list[tuple[float, float]]) -> list[list[Word]]:
        cells: list[list[Word]] = [[] for _ in range(len(rivers) + 1)]
        for word in row.words:
            middle = (word.box.left + word.box.right) / 2
            column = sum(middle > (left + right) / 2 for left, right in rivers)
            cells[column].append(word)
        return cells

    def _table_rows(self, region: _Region, page: Page) -> list[list[list[Row]]]:
        """The rows of a table, each with the rows of words of each of its cells."""
        grouped: list[list[list[Row]]] = []
        previous: Row | None = None
        is_dense = self._is_dense(region)
        rows = [part for row in region.rows for part in (row.parts or [row])]
        inner = {id(part) for row in region.rows for part in row.parts[1:]}
        step = self._step_of(rows)
        for row in rows:
            cells = self._split(row, region.rivers)
            gap = row.baseline - previous.baseline if previous else 0.0
            first = cells[0][0].text if cells[0] else ""
            is_marked = bool(
                first
                and re.match(
                    r"^\(?(?:[a-z]|\d{1,2})[.)]$|^[A-Z]?\d{1,2}\.\d{1,3}\.?$|^\d{1,2}\.?$", first
                )
                and len(cells[0]) > 1
                and any(cells[1:])
            )
            is_ruled = previous is not None and any(
                previous.baseline < rule.top < row.baseline
                and rule.right - rule.left > self.em * 4
                and rule.bottom - rule.top < self.em * 0.5
                and rule.left < row.words[0].box.right
                for rule in page.rules
            )
            starts = id(row) not in inner and (
                previous is None
                or is_dense
                or is_marked
                or is_ruled
                or (gap > step * 1.3 and bool(cells[0]))
            )
            if starts:
                grouped.append([[] for _ in cells])
            for column, words in enumerate(cells):
                if words:
                    grouped[-1][column].append(
                        Row(words, row.baseline, row.size, _style_of(words, row))
                    )
            previous = row
        for made in grouped:
            # A letter or a number that is set in the middle of its row comes first.
            made[0].sort(key=lambda row: not _MARK.match(row.text))
        return grouped

    def _step_of(self, rows: list[Row]) -> float:
        """The distance between the lines of a table's cells: its type may be smaller."""
        gaps = [below.baseline - above.baseline for above, below in itertools.pairwise(rows)]
        own = [gap for gap in gaps if gap > self.em * 0.6]
        # Cells of one line each show no distance within a cell.
        is_told = bool(own) and max(own) > min(own) * 1.3
        return min(self.step, min(own)) if is_told else self.step

    def _is_dense(self, region: _Region) -> bool:
        """Whether every row of words is a row of the table: no cell goes on below itself."""
        for row in region.rows:
            if row.parts:
                return False
            for words in self._split(row, region.rivers):
                if not words or not re.match(r"[A-Z0-9£‘“'\"(–-]", words[0].text):
                    return False
        return True

    def _is_newspaper(self, region: _Region, grouped: list[list[list[Row]]], columns: int) -> bool:
        """Whether two columns are running text, to be read one after the other."""
        if columns != 2 or len(region.rows) < 12:
            return False
        tallest = max(max(len(rows) for rows in cells) for cells in grouped)
        full = sum(region.columnar)
        return tallest >= 10 and full >= len(region.rows) * 0.6 and len(grouped) <= 4

    def _columns_in_turn(
        self, region: _Region, page: Page, number: int, columns: int
    ) -> list[Line]:
        lines: list[Line] = []
        for column in range(columns):
            previous: Row | None = None
            for row in region.rows:
                words = self._split(row, region.rivers)[column]
                if not words:
                    continue
                own = Row(words, row.baseline, row.size, _style_of(words, row))
                number += 1
                if previous is None or self._is_gap(previous, own):
                    lines.append(Line("", number, page.number))
                lines.append(own.line(number, page))
                previous = own
        self.since = 99
        return lines


def _is_beside(row: Row, rivers: list[tuple[float, float]]) -> bool:
    """Whether a row has words on both sides of a river."""
    return any(
        row.words[0].box.right <= left + 0.1
        and any(word.box.left >= right - 0.1 for word in row.words)
        for left, right in rivers
    )


def _overlap(one: Row, other: Row) -> bool:
    """Whether two rows have words above one another."""
    return any(
        word.box.left < each.box.right and each.box.left < word.box.right
        for word in one.words
        for each in other.words
    )


def _style_of(words: list[Word], row: Row) -> str:
    if row.style in ("", "bold"):
        return "bold" if all(word.is_bold for word in words) else ""
    return row.style


def _is_header(heads: list[str]) -> bool:
    """Whether the cells of a first row are titles of columns."""
    return (
        all(len(head) < 60 and not re.search(r"[.;]$", head) for head in heads)
        and (
            sum(bool(head) for head in heads) >= 2
            and any(plain(bare(head)) in _HEADS or _HEAD_WORDS.search(head) for head in heads)
        )
    ) or _are_tests(heads)


def _are_tests(heads: list[str]) -> bool:
    """Whether the cells of a first row name a test each, but for the first, which may be empty."""
    names = {plain(test.name) for test in tests()}
    own = [plain(head) for head in heads if head]
    return len(own) >= 2 and all(name in names for name in own)


_HEADS = {"quality indicator", "rating", "standard", "judgement", "outcome", "test", "progress"}
_HEAD_WORDS = re.compile(
    r"^(?:\d\.\s*)?(?:key |priority |main )?(?:rec\b|recommendation|concern|response|agreed|action"
    r"|owner|responsible|target|examples? of|good practice|notable|see\b|paragraph|term\b|rating"
    r"|status|outcome|healthy prison|test\b|quality indicator|standard\b|progress|judgement"
    r"|(?:19|20)\d{2}$|(?:last|previous|this) inspection\b)",
    re.IGNORECASE,
)


def _around(words: Sequence[Word]) -> Box:
    box = words[0].box
    for word in words[1:]:
        box = box.joined(word.box)
    return box


def rows_of(words: Sequence[Word], em: float) -> list[Row]:
    """Group the words of a page into rows by their baselines.

    Args:
        words: The page's words; the bottom of a word's box is its baseline.
        em: The size of the body's type.
    """
    rows: list[list[Word]] = []
    for word in sorted(words, key=lambda each: (each.box.bottom, each.box.left)):
        near = [
            row
            for row in rows[-4:]
            if abs(row[0].box.bottom - word.box.bottom) <= max(em * 0.22, 0.1)
        ]
        if near:
            near[-1].append(word)
        else:
            rows.append([word])
    made = []
    for row in rows:
        row.sort(key=lambda each: each.box.left)
        sizes: Counter[float] = Counter()
        for word in row:
            sizes[word.size] += len(word.text)
        made.append(Row(row, row[0].box.bottom, sizes.most_common(1)[0][0]))
    return made


def mark_footnotes(rows: list[Row]) -> None:
    """Mark the footnotes of a text's page, and take their marks out of its sentences.

    Footnotes are numbered lines below a gap at the page's end, each with a mark above.

    Args:
        rows: The page's rows, its margins marked.
    """
    body = [row for row in rows if row.style != FURNITURE]
    for start in range(len(body) - 1, 0, -1):
        if body[start].baseline - body[start - 1].baseline <= 2:
            continue
        tail = body[start:]
        if not _FOOTNOTE.match(tail[0].text) or SECTION.match(tail[0].text):
            return
        marks = [match[0].rstrip(".") for row in tail if (match := _NUMBER.match(row.text))]
        places = _places_of(marks, body[:start])
        if places is None:
            return
        for row in tail:
            row.style = FOOTNOTE
        for mark, (row, position) in places.items():
            word = row.words[position]
            text = word.text.removesuffix(mark)
            row.words[position] = replace(word, text=text)
        for row in body[:start]:
            row.words = [word for word in row.words if word.text]
        for before, row in itertools.pairwise(rows):
            row.joins = row.joins or not before.words
        rows[:] = [row for row in rows if row.words]
        return


def _places_of(marks: list[str], rows: list[Row]) -> dict[str, tuple[Row, int]] | None:
    """Places of the footnote marks in order; none if one is missing."""
    found: dict[str, tuple[Row, int]] = {}
    spots = [(row, position) for row in rows for position in range(len(row.words))]
    start = 0
    for mark in marks:
        for at in range(start, len(spots)):
            row, position = spots[at]
            text = row.words[position].text
            is_apart = text == mark and position == 0 and at > 0
            before = spots[at - 1][0].words[spots[at - 1][1]].text if at else ""
            if re.search(rf"[A-Za-z.,;:)’'”%]{mark}$", text) and not re.search(
                rf"\d\.{mark}$", text
            ):
                break
            if is_apart and re.search(r"[A-Za-z.,;:)’'”]$", before):
                break
        else:
            return None
        found[mark] = spots[at]
        start = at + 1
    return found
