"""One row per body that inspects, judges or answers."""

from expectations.rules import at_least_one_row

EXPECTATIONS = [
    at_least_one_row("Every body is a reference row: without them no event could name one."),
]
