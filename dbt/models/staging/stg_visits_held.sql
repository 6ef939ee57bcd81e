with

event_rows as (

    select * from {{ source('event_files', 'visits_held') }}

),

visits_held as (

    select
        {{ envelope('visits_held') }},

        visit_id,
        establishment_id,
        visit_type,
        {{ to_date('started_on') }},
        {{ to_date('ended_on') }},
        {{ to_boolean('is_announced') }},
        bodies,
        follows_visit_id

    from event_rows

)

select * from visits_held
