with

event_rows as (

    select * from {{ source('event_files', 'outcomes_judged') }}

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
