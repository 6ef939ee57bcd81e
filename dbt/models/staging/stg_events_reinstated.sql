with

text_rows as (

    select
        *,

        {{ may_have_spaces('events_reinstated') }} as may_have_spaces

    from {{ source('event_files', 'events_reinstated') }}

),

event_rows as (

    select
        *,

        {{ fault_column('events_reinstated') }} as fault_column

    from text_rows

),

events_reinstated as (

    select
        {{ envelope('events_reinstated') }},

        event_rows.reinstated_event_id,
        event_rows.reason

    from event_rows

)

select * from events_reinstated
