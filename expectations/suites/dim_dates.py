"""The days that the log spans."""

from expectations.rules import at_least_one_row, departure

EXPECTATIONS = [
    at_least_one_row("A log with a dated event spans at least a year."),
    departure(
        "the log spans no more than three centuries",
        """
        select min(day) as first_day, max(day) as last_day
        from {batch}
        having max(day) - min(day) > 300 * 366
        """,
        "A single mistyped year stretches the calendar.",
    ),
]
