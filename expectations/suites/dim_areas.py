"""The areas of prison life."""

from expectations.rules import rows_where_needed

EXPECTATIONS = [
    rows_where_needed(
        "from marts.events where area is not null",
        "Every area is a reference row: without them no event could be filed.",
    ),
]
