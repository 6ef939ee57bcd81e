with

text_rows as (

    select
        *,

        {{ may_have_spaces('practice_noted') }} as may_have_spaces

    from {{ source('event_files', 'practice_noted') }}

),

event_rows as (

    select
        *,

        {{ fault_column('practice_noted') }} as fault_column

    from text_rows

),

practice_noted as (

    select
        {{ envelope('practice_noted') }},

        event_rows.visit_id,
        event_rows.area,
        event_rows.text

    from event_rows

)

select * from practice_noted
