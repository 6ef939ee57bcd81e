"""The recommendations by month and status."""

from expectations.rules import contradiction

EXPECTATIONS = [
    contradiction(
        "the last month adds up to the current statuses",
        """
        select counted.total, current_statuses.total as expected
        from (select coalesce(sum(recommendation_count), 0) as total
        from {batch} as monthly
        where month_starts_on = (select max(month_starts_on)
        from marts.fct_recommendations_monthly)) as counted cross join (select count(*)
            as total
        from marts.fct_recommendation_status_periods
        where is_current) as current_statuses
        where counted.total <> current_statuses.total
        """,
        "A periodic snapshot must end where the history does.",
    ),
]
