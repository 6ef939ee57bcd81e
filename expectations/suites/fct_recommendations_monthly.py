"""The recommendations by month and status."""

from expectations.rules import contradiction

EXPECTATIONS = [
    contradiction(
        "the last month adds up to the current statuses",
        """
        with months as (
            select month_starts_on, sum(recommendation_count) as total
            from {batch} as monthly
            group by month_starts_on
        ),
        current_statuses as (
            select count(*) as total
            from marts.fct_recommendation_status_periods as periods
            inner join marts.dim_recommendations as recommendations
                on periods.recommendation_id = recommendations.recommendation_id
            where periods.is_current and recommendations.is_counted
        )
        select last_month.total, current_statuses.total as expected
        from (select coalesce(max_by(total, month_starts_on), 0) as total from months) as last_month
        cross join current_statuses
        where last_month.total <> current_statuses.total
        """,
        "A periodic snapshot must end where the history does.",
    ),
]
