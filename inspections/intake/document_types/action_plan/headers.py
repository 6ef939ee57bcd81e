"""Where an action plan's table has its columns: its headers, ruled lines and white space."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inspections.intake.document_types.action_plan.columns import (
    columns_of,
    is_of_a_header,
    reference_in,
)
from inspections.intake.text.lines import tidy
from inspections.intake.text.model import Box, Page, Word
from inspections.intake.text.rows_of_words import FURNITURE, Row

_LONGEST_HEADER = 6


@dataclass(frozen=True)
class Columns:
    """Where the columns of a table are: their names, and the borders between them."""

    names: tuple[str, ...]
    borders: tuple[float, ...]
    left: float

    def of(self, word: Word) -> str:
        """The name of a word's column."""
        middle = (word.box.left + word.box.right) / 2
        return self.names[sum(middle > border for border in self.borders)]

    def middle(self, name: str) -> float | None:
        """The middle of a column; none where the table has no such column."""
        if name not in self.names:
            return None
        place = self.names.index(name)
        low = self.borders[place - 1] if place else self.left
        high = self.borders[place] if place < len(self.borders) else low + 40
        return (low + high) / 2


class Headers:
    """Finds the headers of a plan's table, and the borders of the columns below them.

    Args:
        gap: White space of so much parts two cells.
        step: Lines of one cell stand no further apart.
    """

    def __init__(self, gap: float, step: float) -> None:
        self.gap = gap
        self.step = step
        # Where the cells of a ruled table end, on the page that is read.
        self.edges: list[float] = []

    def segments(self, row: Row) -> list[list[Word]]:
        """The words of a row, parted by white space."""
        found: list[list[Word]] = []
        for word in row.words:
            before = found[-1][-1].box.right if found else 0.0
            is_apart = word.box.left - before >= self.gap or any(
                before - 2 < edge < word.box.left + 2 for edge in self.edges
            )
            if found and not is_apart:
                found[-1].append(word)
            else:
                found.append([word])
        return found

    def find(self, rows: list[Row]) -> list[tuple[int, int]]:
        """Where headers of the plan's table are, as ranges of rows."""
        found: list[tuple[int, int]] = []
        position = 0
        while position < len(rows):
            best = 0
            for length in range(1, _LONGEST_HEADER + 1):
                band = rows[position : position + length]
                if len(band) < length or not is_of_a_header(band[-1].text):
                    break
                if length > 1 and band[-1].baseline - band[-2].baseline > self.step:
                    break
                if len(columns_of([text for text, _ in self._heads(band)])) >= 3:
                    best = length
            if best:
                found.append((position, position + best))
            position += best or 1
        return found

    def _heads(self, band: Sequence[Row]) -> list[tuple[str, Box]]:
        """The titles of the columns, left to right; words above one another are one title."""
        groups: list[tuple[list[list[Word]], float, float]] = []
        for row in band:
            for words in self.segments(row):
                left, right = words[0].box.left, words[-1].box.right
                near = [each for each in groups if left < each[2] and each[1] < right]
                if near:
                    # A wide title of one line may stand over a narrow one of another.
                    own = min(near, key=lambda each: abs(each[1] - left))
                    groups.remove(own)
                    groups.append(([*own[0], words], min(own[1], left), max(own[2], right)))
                else:
                    groups.append(([words], left, right))
        heads = []
        for lines, left, right in sorted(groups, key=lambda each: each[1]):
            text = tidy(" ".join(word.text for words in lines for word in words))
            tops = [word.box.top for words in lines for word in words]
            bottoms = [word.box.bottom for words in lines for word in words]
            heads.append((text, Box(left, min(tops), right, max(bottoms))))
        return heads

    def columns(self, page: Page, band: Sequence[Row], below: Sequence[Row]) -> Columns:
        """The columns that a header opens.

        Args:
            page: The page.
            band: The rows of words of the header.
            below: The rows of words below it, which show the white space between the columns.
        """
        heads = self._heads(band)
        by_place = {place: name for name, place in columns_of([text for text, _ in heads]).items()}
        names = tuple(by_place.get(place, "other") for place in range(len(heads)))
        boxes = [box for _, box in heads]
        covered = self._covered(below, boxes)
        borders = []
        for first, second in itertools.pairwise(boxes):
            ruled = [
                x
                for x in self.edges
                if (first.left + first.right) / 2 < x < (second.left + second.right) / 2
            ]
            borders.append(
                float(ruled[-1]) if len(ruled) == 1 else self._border(covered, first, second)
            )
        return Columns(names, tuple(borders), boxes[0].left)

    def _covered(self, rows: Sequence[Row], boxes: Sequence[Box]) -> list[tuple[float, float]]:
        """Extents of the words below the header, without rows that span columns."""
        found = [(box.left, box.right) for box in boxes]
        for row in rows:
            if row.style == FURNITURE or self._runs_over(row, boxes):
                continue
            found += [(words[0].box.left, words[-1].box.right) for words in self.segments(row)]
        return found

    def _runs_over(self, row: Row, boxes: Sequence[Box]) -> bool:
        first = self.segments(row)[0]
        # What opens in the first column without a reference is no row: a heading, or a count below.
        return (
            first[0].box.left < boxes[1].left - self.gap
            and not reference_in(" ".join(word.text for word in first))
            and not reference_in(first[0].text)
        ) or any(
            words[0].box.left < boxes[place].left
            and words[-1].box.right > boxes[place + 1].left + self.gap * 3
            for words in self.segments(row)
            for place in range(1, len(boxes) - 1)
        )

    def _border(self, covered: Sequence[tuple[float, float]], first: Box, second: Box) -> float:
        """Where two columns part: the white space between the middles of their titles."""
        low = (first.left + first.right) / 2
        high = (second.left + second.right) / 2
        edges = sorted({low, high, *(edge for pair in covered for edge in pair)})
        edges = [edge for edge in edges if low <= edge <= high]
        spans = [
            (
                sum(left < right_edge and left_edge < right for left, right in covered),
                left_edge,
                right_edge,
            )
            for left_edge, right_edge in itertools.pairwise(edges)
        ]
        if not spans:
            return second.left
        least = min(count for count, _, _ in spans)
        _, start, end = max(
            (span for span in spans if span[0] == least), key=lambda span: span[2] - span[1]
        )
        return (start + end) / 2


def edges_of(page: Page) -> list[float]:
    """Where the cells of a ruled table end, from left to right; empty where none is ruled."""
    ends: list[float] = []
    for rule in page.rules:
        if rule.right - rule.left < 4:
            ends.append((rule.left + rule.right) / 2)
        else:
            ends += [rule.left, rule.right]
    found = clustered(ends)
    return found if len(found) >= 4 else []


def clustered(values: Iterable[float]) -> list[float]:
    """Values in their order, those that are drawn over one another as one."""
    found: list[float] = []
    for value in sorted(values):
        if not found or value - found[-1] > 4:
            found.append(value)
    return found
