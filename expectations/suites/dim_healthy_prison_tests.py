"""The names of the healthy prison tests."""

from expectations.rules import rows_where_needed

EXPECTATIONS = [
    rows_where_needed(
        "from marts.events where healthy_prison_test is not null", "Every outcome names a test."
    ),
]
