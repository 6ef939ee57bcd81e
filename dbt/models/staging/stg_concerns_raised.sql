with

text_rows as (

    select
        *,

        {{ may_have_spaces('concerns_raised') }} as may_have_spaces

    from {{ source('event_files', 'concerns_raised') }}

),

event_rows as (

    select
        *,

        {{ fault_column('concerns_raised') }} as fault_column

    from text_rows

),

concerns_raised as (

    select
        {{ envelope('concerns_raised') }},

        event_rows.concern_id,
        event_rows.visit_id,
        event_rows.area,
        {{ to_boolean('is_priority') }},
        event_rows.text

    from event_rows

)

select * from concerns_raised
