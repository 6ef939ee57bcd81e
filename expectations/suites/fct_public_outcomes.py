"""The outcomes that the public could know of."""

from expectations.rules import contradiction

EXPECTATIONS = [
    contradiction(
        "each leads to an event of the log",
        """
        select event_id
        from {batch}
        where event_id not in (select event_id from logged_events)
        """,
        "What no event gives is invented.",
    ),
    contradiction(
        "a time in public is not empty",
        "select event_id from {batch} where public_to <= public_from",
        "Days are half-open: the end is the first day on which it is no longer so.",
    ),
]
