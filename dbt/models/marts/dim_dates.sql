with

logged_events as (

    select * from {{ ref('int_log') }}

),

bounds as (

    select
        cast(date_trunc('year', least(min(occurred_on), min(started_on))) as date) as first_day,
        cast(
            date_trunc('year', greatest(max(occurred_on), max(ended_on)))
            + interval 1 year - interval 1 day as date
        ) as last_day

    from logged_events

),

days as (

    select {{ each_day('first_day', 'last_day') }} as day
    from bounds

),

dates as (

    select
        day,
        cast(extract(year from day) as integer) as year,
        cast(extract(quarter from day) as integer) as quarter,
        cast(extract(month from day) as integer) as month,
        cast(date_trunc('month', day) as date) as month_starts_on,
        {{ day_of_week('day') }} as day_of_week,
        {{ day_of_week('day') }} >= 6 as is_weekend,
        cast(extract(year from day - interval 3 month) as string)
        || '-'
        || substr(cast(extract(year from day - interval 3 month) + 1 as string), 3)
            as reporting_year

    from days

)

select * from dates
