with

event_rows as (

    select * from {{ source('event_files', 'concerns_raised') }}

),

concerns_raised as (

    select
        {{ envelope('concerns_raised') }},

        concern_id,
        visit_id,
        area,
        {{ to_boolean('is_priority') }},
        text

    from event_rows

)

select * from concerns_raised
