with

event_rows as (

    select * from {{ source('event_files', 'progress_judged') }}

),

progress_judged as (

    select
        {{ envelope('progress_judged') }},

        visit_id,
        recommendation_id,
        scale,
        judgement

    from event_rows

)

select * from progress_judged
