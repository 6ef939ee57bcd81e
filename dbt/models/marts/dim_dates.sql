with

logged_events as (

    select * from {{ ref('int_log') }}

),

bounds as (

    select
        date_trunc('year', least(min(occurred_on), min(started_on))) as first_day,
        date_trunc('year', greatest(max(occurred_on), max(ended_on)))
        + interval 1 year - interval 1 day as last_day

    from logged_events

),

days as (

    select cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as day
    from bounds

),

dates as (

    select
        day,
        cast(extract(year from day) as integer) as year,
        cast(extract(quarter from day) as integer) as quarter,
        cast(extract(month from day) as integer) as month,
        cast(date_trunc('month', day) as date) as month_starts_on,
        cast(extract(isodow from day) as integer) as day_of_week,
        extract(isodow from day) >= 6 as is_weekend,
        cast(extract(year from day - interval 3 month) as varchar)
        || '-'
        || substr(cast(extract(year from day - interval 3 month) + 1 as varchar), 3)
            as reporting_year

    from days

)

select * from dates
