"""The outcomes on three axes."""

from expectations.rules import contradiction

EXPECTATIONS = [
    contradiction(
        "each period leads to an event of the log",
        """
        select event_id
        from {batch}
        where event_id not in (select event_id from logged_events)
        """,
        "An outcome that no event gives is invented.",
    ),
]
