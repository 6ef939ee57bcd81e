"""One row per answer to a recommendation, in the words of the body that answers."""

from expectations.rules import at_least_one_row

EXPECTATIONS = [
    at_least_one_row("Every answer is a reference row: without them none could enter."),
]
