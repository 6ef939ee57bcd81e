with

text_rows as (

    select
        *,

        {{ may_have_spaces('progress_judged') }} as may_have_spaces

    from {{ source('event_files', 'progress_judged') }}

),

event_rows as (

    select
        *,

        {{ fault_column('progress_judged') }} as fault_column

    from text_rows

),

progress_judged as (

    select
        {{ envelope('progress_judged') }},

        event_rows.visit_id,
        event_rows.recommendation_id,
        event_rows.scale,
        event_rows.judgement

    from event_rows

)

select * from progress_judged
