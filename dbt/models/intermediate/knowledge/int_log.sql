with

event_rows as (

    select * from {{ ref('int_event_rows') }}

),

live_periods as (

    select * from {{ ref('int_live_periods') }}

    union all

    select * from {{ ref('int_evidence_periods') }}

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

    from {{ ref('int_never_live_rows') }}

),

logged_events as (

    select
        {{ all_but('event_rows', [
            'establishment_id', 'fault_column', 'fault_value', 'fault_reason'
        ]) }},

        log_periods.establishment_id,
        log_periods.known_from,
        log_periods.known_to,
        log_periods.is_live

    from log_periods
    inner join event_rows
        on
            log_periods.row_id = event_rows.row_id
            -- What is asked of one type is then read of that type alone, on both sides.
            and log_periods.event_type = event_rows.event_type

)

-- Its columns are those of the staging models.
select * from logged_events  -- noqa: AM04
