"""Suite for a published national series and the log's own shares."""

from expectations.rules import contradiction

EXPECTATIONS = [
    contradiction(
        "a share is between nothing and all",
        """
        select scale, test_group, reporting_year
        from {batch}
        where
            national_percent not between 0 and 100
            or percent_in_log not between 0 and 100
            or reasonable_or_better_in_log > outcomes_in_log
        """,
        "A share is of a whole.",
    ),
]
