"""One row per body that inspects, judges or answers."""

from expectations.rules import rows_where_needed

EXPECTATIONS = [
    rows_where_needed(
        "from marts.events where body is not null or bodies is not null",
        "Every body is a reference row: without them no event could name one.",
    ),
]
