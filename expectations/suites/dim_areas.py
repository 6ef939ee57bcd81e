"""The areas of prison life."""

from expectations.rules import at_least_one_row

EXPECTATIONS = [
    at_least_one_row("Every area is a reference row: without them no event could be filed."),
]
