"""One row per kind of item that a body makes and may follow up."""

from expectations.rules import at_least_one_row

EXPECTATIONS = [
    at_least_one_row("Every kind is a reference row: without them no recommendation could enter."),
]
