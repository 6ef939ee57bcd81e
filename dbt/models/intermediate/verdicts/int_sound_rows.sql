with

event_rows as (

    select * from {{ ref('int_event_rows') }}

),

unsound_rows as (

    select row_id from {{ ref('int_row_faults') }}

    union all

    select row_id from {{ ref('int_repeated_rows') }}

),

sound_rows as (

    select
        event_rows.row_id,
        event_rows.event_type,
        event_rows.event_id,
        event_rows.statement_id,
        event_rows.corrects_event_id,
        event_rows.target_event_id,
        event_rows.about_event_id,
        event_rows.recorded_at,

        event_rows.establishment_id,
        event_rows.visit_id,
        event_rows.concern_id,
        event_rows.recommendation_id

    from event_rows
    anti join unsound_rows
        on event_rows.row_id = unsound_rows.row_id

)

select * from sound_rows
