with

event_rows as (

    select * from {{ source('event_files', 'progress_restated') }}

),

progress_restated as (

    select
        {{ envelope('progress_restated') }},

        visit_id,
        recommendation_id,
        scale,
        judgement

    from event_rows

)

select * from progress_restated
