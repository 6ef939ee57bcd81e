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

        visit_id,
        recommendation_id,
        scale,
        judgement

    from event_rows

)

select * from progress_judged
