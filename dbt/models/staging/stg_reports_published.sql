with

text_rows as (

    select
        *,

        {{ may_have_spaces('reports_published') }} as may_have_spaces

    from {{ source('event_files', 'reports_published') }}

),

event_rows as (

    select
        *,

        {{ fault_column('reports_published') }} as fault_column

    from text_rows

),

reports_published as (

    select
        {{ envelope('reports_published') }},

        event_rows.visit_id,
        event_rows.title,
        {{ to_date('published_on') }}

    from event_rows

)

select * from reports_published
