with

event_rows as (

    select * from {{ ref('int_event_rows') }}

),

unaccepted_rows as (

    select row_id from {{ ref('int_unaccepted_rows') }}

),

accepted_rows as (

    select
        event_rows.row_id,
        event_rows.event_type,
        event_rows.event_id,
        event_rows.statement_id,
        event_rows.recorded_at,

        event_rows.establishment_id,
        event_rows.visit_id,
        event_rows.concern_id,
        event_rows.recommendation_id,
        event_rows.target_event_id,
        event_rows.about_event_id

    from event_rows
    anti join unaccepted_rows
        on event_rows.row_id = unaccepted_rows.row_id

)

select * from accepted_rows
