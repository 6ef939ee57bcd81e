"""One row per kind of item that a body makes and may follow up."""

from expectations.rules import rows_where_needed

EXPECTATIONS = [
    rows_where_needed(
        "from marts.events where event_type = 'recommendations_made' and kind is not null",
        "Every kind is a reference row: without them no recommendation could enter.",
    ),
]
