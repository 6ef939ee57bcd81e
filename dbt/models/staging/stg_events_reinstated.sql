with

event_rows as (

    select * from {{ source('event_files', 'events_reinstated') }}

),

events_reinstated as (

    select
        {{ envelope('events_reinstated') }},

        reinstated_event_id,
        reason

    from event_rows

)

select * from events_reinstated
