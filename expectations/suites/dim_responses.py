"""One row per answer to a recommendation, in the words of the body that answers."""

from expectations.rules import rows_where_needed

EXPECTATIONS = [
    rows_where_needed(
        "from marts.events where response is not null",
        "Every answer is a reference row: without them none could enter.",
    ),
]
