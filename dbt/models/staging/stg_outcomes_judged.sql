with

text_rows as (

    select
        *,

        {{ may_have_spaces('outcomes_judged') }} as may_have_spaces

    from {{ source('event_files', 'outcomes_judged') }}

),

event_rows as (

    select
        *,

        {{ fault_column('outcomes_judged') }} as fault_column

    from text_rows

),

outcomes_judged as (

    select
        {{ envelope('outcomes_judged') }},

        visit_id,
        unit,
        healthy_prison_test,
        outcome

    from event_rows

)

select * from outcomes_judged
