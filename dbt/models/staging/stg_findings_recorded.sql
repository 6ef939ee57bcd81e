with

text_rows as (

    select
        *,

        {{ may_have_spaces('findings_recorded') }} as may_have_spaces

    from {{ source('event_files', 'findings_recorded') }}

),

event_rows as (

    select
        *,

        {{ fault_column('findings_recorded') }} as fault_column

    from text_rows

),

findings_recorded as (

    select
        {{ envelope('findings_recorded') }},

        event_rows.visit_id,
        event_rows.area,
        event_rows.recommendation_id,
        event_rows.text

    from event_rows

)

select * from findings_recorded
