"""Expectations for the built tables: one suite per published table.

What belongs here: plausibility, volumes, reconciliation and the rules of the review method, said
as expectations, and the one way to hold a table to its suite. What does not: keys, types,
vocabulary and intervals, which dbt tests hold.

Great Expectations takes seconds to import. It is imported when a suite is run, not before.
"""

from expectations.validation import (
    VISITED_LATELY,
    Finding,
    Outcome,
    built_tables,
    preload,
    suite_names,
)

__all__ = [
    "VISITED_LATELY",
    "Finding",
    "Outcome",
    "built_tables",
    "preload",
    "suite_names",
]
