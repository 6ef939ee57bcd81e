with

staged_rows as (

    {{ union_by_name(staging_models()) }}

),

event_rows as (

    select
        -- A key for joins within one build; it says nothing about the row.
        row_number() over () as row_id,
        *,

        coalesce(corrects_event_id, event_id) as statement_id,
        coalesce(retracted_event_id, reinstated_event_id) as target_event_id

    from staged_rows
    -- What was recorded later is not there yet. A row whose instant cannot be read is.
    where recorded_at is null or recorded_at <= {{ known_at() }}

)

select * from event_rows
