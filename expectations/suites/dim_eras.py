"""The dated changes in how the inspectorate judges."""

from expectations.rules import departure

EXPECTATIONS = [
    departure(
        "an era does not end before it starts",
        """
        select era
        from {batch}
        where ends_on < starts_on
        """,
        "One of its days is a slip.",
    ),
]
