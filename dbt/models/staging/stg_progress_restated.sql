with

text_rows as (

    select
        *,

        {{ may_have_spaces('progress_restated') }} as may_have_spaces

    from {{ source('event_files', 'progress_restated') }}

),

event_rows as (

    select
        *,

        {{ fault_column('progress_restated') }} as fault_column

    from text_rows

),

progress_restated as (

    select
        {{ envelope('progress_restated') }},

        event_rows.visit_id,
        event_rows.recommendation_id,
        event_rows.scale,
        event_rows.judgement

    from event_rows

)

select * from progress_restated
