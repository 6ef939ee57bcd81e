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

        event_rows.visit_id,
        event_rows.unit,
        event_rows.healthy_prison_test,
        event_rows.outcome

    from event_rows

)

select * from outcomes_judged
