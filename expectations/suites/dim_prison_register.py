"""One row per entry of a register of prisons: a snapshot without a day, not an event."""

from expectations.rules import at_least_one_row

EXPECTATIONS = [
    at_least_one_row("The register is the denominator of coverage."),
]
