with

text_rows as (

    select
        *,

        {{ may_have_spaces('visits_held') }} as may_have_spaces

    from {{ source('event_files', 'visits_held') }}

),

event_rows as (

    select
        *,

        {{ fault_column('visits_held') }} as fault_column

    from text_rows

),

visits_held as (

    select
        {{ envelope('visits_held') }},

        event_rows.visit_id,
        event_rows.establishment_id,
        event_rows.visit_type,
        {{ to_date('started_on') }},
        {{ to_date('ended_on') }},
        {{ to_boolean('is_announced') }},
        event_rows.bodies,
        event_rows.follows_visit_id

    from event_rows

)

select * from visits_held
