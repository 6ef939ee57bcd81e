with

text_rows as (

    select
        *,

        {{ may_have_spaces('events_retracted') }} as may_have_spaces

    from {{ source('event_files', 'events_retracted') }}

),

event_rows as (

    select
        *,

        {{ fault_column('events_retracted') }} as fault_column

    from text_rows

),

events_retracted as (

    select
        {{ envelope('events_retracted') }},

        event_rows.retracted_event_id,
        event_rows.reason

    from event_rows

)

select * from events_retracted
