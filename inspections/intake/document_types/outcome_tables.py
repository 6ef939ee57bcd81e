"""Tables of outcomes: a row for each test and a column for each inspection, or the other way."""

import re
from collections.abc import Sequence

from inspections.intake.text.model import Block
from inspections.intake.text.vocabulary import HMIP_OUTCOME, Level, Test, levels, plain, tests

_YEAR_FIRST = re.compile(r"(?P<year>(?:[A-Z][a-z]+ )?(?:19|20)\d{2})\b:?\s*(?P<rest>.*)")
TESTS = {plain(test.name): test for test in tests(HMIP_OUTCOME)}


def row_at(blocks: Sequence[Block], position: int) -> list[Block]:
    """The cells of the table's row that begins at a position; one block outside tables.

    Args:
        blocks: The document's blocks.
        position: Where the row begins.
    """
    cell = blocks[position].cell
    end = position + 1
    while cell and end < len(blocks):
        other = blocks[end].cell
        if other is None or (other.table, other.row) != (cell.table, cell.row):
            break
        end += 1
    return list(blocks[position:end])


def outcomes_in_row(cells: Sequence[Block]) -> list[tuple[Test, Level, Block, str]]:
    """The outcomes of a table's row, each with its cell and the head of its column.

    Args:
        cells: The row's cells from left to right. It gives nothing unless the first names a test
            and each of the others is an outcome; or the first names a year, and the others are
            outcomes below the names of tests.
    """
    scale = levels()[HMIP_OUTCOME]
    if year := _YEAR_FIRST.fullmatch(" ".join(cells[0].text.split())):
        return _outcomes_of_a_year(cells, year)
    test = TESTS.get(plain(cells[0].text))
    found = [(cell, scale.get(plain(cell.text))) for cell in cells[1:]]
    if test is None or not found:
        return []
    made = [
        (test, level, cell, cell.cell.header if cell.cell else "")
        for cell, level in found
        if level is not None
    ]
    return made if len(made) == len(found) else []


def _outcomes_of_a_year(
    cells: Sequence[Block], year: re.Match[str]
) -> list[tuple[Test, Level, Block, str]]:
    """The outcomes of a row that begins with its year, each below the name of its test."""
    scale = levels()[HMIP_OUTCOME]
    # A narrow column of years may stand so close to the next that both are read as one.
    texts = [(cells[0], year["rest"])] if year["rest"] else []
    texts += [(cell, cell.text) for cell in cells[1:]]
    made = []
    for cell, text in texts:
        test = TESTS.get(plain(cell.cell.header if cell.cell else ""))
        level = scale.get(plain(text))
        if test is None or level is None:
            return []
        made.append((test, level, cell, year["year"]))
    # Each test once: a column that is read with the wrong head would give one twice.
    return made if len({test.code for test, *_ in made}) == len(made) else []
