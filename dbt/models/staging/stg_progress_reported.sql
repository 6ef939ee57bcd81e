with

event_rows as (

    select * from {{ source('event_files', 'progress_reported') }}

),

progress_reported as (

    select
        {{ envelope('progress_reported') }},

        recommendation_id,
        status,
        text

    from event_rows

)

select * from progress_reported
