"""Suite for publications and their days."""

from expectations.rules import contradiction

EXPECTATIONS = [
    contradiction(
        "the first possible day is not after the last",
        "select event_id from {batch} where public_not_before > public_by",
        "Bounds that are the wrong way round leave no day.",
    ),
    contradiction(
        "a lag lies within its bounds",
        """
        select event_id
        from {batch}
        where lag_days not between lag_days_at_least and lag_days_at_most
            or lag_days_at_least > lag_days_at_most
        """,
        "The lag and its bounds are counted from the same days.",
    ),
    contradiction(
        "a target is met or missed only where one is known",
        "select event_id from {batch} where is_in_time is not null and target_days is null",
        "Without a target there is nothing to meet.",
    ),
    contradiction(
        "each publication leads to an event of the log",
        """
        select event_id
        from {batch}
        where event_id not in (select event_id from logged_events)
        """,
        "A publication that no event gives is invented.",
    ),
]
