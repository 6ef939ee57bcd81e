with

event_rows as (

    select * from {{ source('event_files', 'recommendations_made') }}

),

recommendations_made as (

    select
        {{ envelope('recommendations_made') }},

        recommendation_id,
        visit_id,
        concern_id,
        kind,
        body,
        area,
        reference,
        text,
        repeats_recommendation_id

    from event_rows

)

select * from recommendations_made
