with

event_rows as (

    select * from {{ source('event_files', 'reports_published') }}

),

reports_published as (

    select
        {{ envelope('reports_published') }},

        visit_id,
        title,
        {{ to_date('published_on') }}

    from event_rows

)

select * from reports_published
