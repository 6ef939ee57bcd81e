with

event_rows as (

    select * from {{ source('event_files', 'practice_noted') }}

),

practice_noted as (

    select
        {{ envelope('practice_noted') }},

        visit_id,
        area,
        text

    from event_rows

)

select * from practice_noted
