with

live_periods as (

    {{ union_by_name(level_models('int_live_')) }}

),

never_live_rows as (

    select * from {{ ref('int_never_live_rows') }}

),

log_periods as (

    select
        row_id,
        event_type,
        establishment_id,
        known_from,
        known_to,
        known_to is null as is_live

    from live_periods

    union all

    select
        row_id,
        event_type,
        establishment_id,
        cast(null as timestamp) as known_from,
        cast(null as timestamp) as known_to,
        false as is_live

    from never_live_rows

)

select * from log_periods
