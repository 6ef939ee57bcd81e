with

event_rows as (

    select * from {{ source('event_files', 'events_retracted') }}

),

events_retracted as (

    select
        {{ envelope('events_retracted') }},

        retracted_event_id,
        reason

    from event_rows

)

select * from events_retracted
