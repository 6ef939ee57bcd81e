"""The days that the log spans."""

from expectations.rules import contradiction, departure

EXPECTATIONS = [
    contradiction(
        "each visit's day is one of the calendar",
        """
        select visits.visit_id
        from marts.dim_visits as visits
        left join {batch} as dates
            on visits.held_on = dates.day
        where visits.held_on is not null and dates.day is null
        """,
        "A log with a dated event spans at least its year; an empty log spans no day.",
    ),
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
