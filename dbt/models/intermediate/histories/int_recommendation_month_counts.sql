with

status_periods as (

    select
        entity_id as recommendation_id,
        establishment_id,
        state as recommendation_status,
        valid_from,
        valid_to

    from {{ ref('int_histories') }}
    where history_kind = 'recommendation' and known_to is null

),

recommendations as (

    select
        made.recommendation_id,
        made.area

    from {{ ref('int_log') }} as made
    left join {{ ref('recommendation_kinds') }} as kinds
        on made.kind = kinds.kind
    where
        made.event_type = 'recommendations_made'
        and made.is_live
        and coalesce(kinds.is_counted, true)

),

-- A period counts from the month in whose end it holds to the one before it no longer does.
changes as (

    select
        status_periods.establishment_id,
        recommendations.area,
        status_periods.recommendation_status,
        cast(date_trunc('month', status_periods.valid_from) as date) as month_starts_on,
        1 as change

    from status_periods
    inner join recommendations
        on status_periods.recommendation_id = recommendations.recommendation_id

    union all

    select
        status_periods.establishment_id,
        recommendations.area,
        status_periods.recommendation_status,
        cast(date_trunc('month', status_periods.valid_to) as date) as month_starts_on,
        -1 as change

    from status_periods
    inner join recommendations
        on status_periods.recommendation_id = recommendations.recommendation_id
    where status_periods.valid_to is not null

),

monthly_changes as (

    select
        establishment_id,
        area,
        recommendation_status,
        month_starts_on,
        cast(sum(change) as bigint) as change

    from changes
    group by establishment_id, area, recommendation_status, month_starts_on

),

counts_from_a_month as (

    select
        establishment_id,
        area,
        recommendation_status,
        month_starts_on,

        cast(sum(change) over counts_of_a_status as bigint) as recommendation_count,
        lead(month_starts_on) over months_of_a_status as next_change_on

    from monthly_changes

    window
        months_of_a_status as (
            partition by establishment_id, area, recommendation_status
            order by month_starts_on
        ),
        counts_of_a_status as (
            partition by establishment_id, area, recommendation_status
            order by month_starts_on
            rows between unbounded preceding and current row
        )

),

last_month as (

    select max(month_starts_on) as month_starts_on from changes

),

month_counts as (

    select
        counts_from_a_month.establishment_id,
        counts_from_a_month.area,
        counts_from_a_month.recommendation_status,
        counts_from_a_month.month_starts_on as first_month,
        coalesce(
            counts_from_a_month.next_change_on,
            cast(last_month.month_starts_on + interval 1 month as date)
        ) as end_month,
        counts_from_a_month.recommendation_count

    from counts_from_a_month
    cross join last_month
    where counts_from_a_month.recommendation_count > 0

)

select *
from month_counts
-- The months that are made of these rows, fifty times as many, come in their order.
order by
    establishment_id,
    area nulls first,
    recommendation_status,
    first_month
