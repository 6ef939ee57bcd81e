"""Tables of outcomes: a row for each healthy prison test, a column for each inspection."""

from collections.abc import Sequence

from inspections.intake.text.model import Block
from inspections.intake.text.vocabulary import Level, Test, levels, plain, tests

TESTS = {plain(test.name): test for test in tests() if test.scale == "hmip_outcome"}


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
            and each of the others is an outcome.
    """
    scale = levels()["hmip_outcome"]
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
