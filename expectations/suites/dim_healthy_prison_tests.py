"""The names of the healthy prison tests."""

from expectations.rules import at_least_one_row

EXPECTATIONS = [
    at_least_one_row("Every outcome names a test."),
]
