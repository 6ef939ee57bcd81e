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

        visit_id,
        area,
        recommendation_id,
        text

    from event_rows

)

select * from findings_recorded
