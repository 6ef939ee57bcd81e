with

event_rows as (

    select * from {{ source('event_files', 'findings_recorded') }}

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
