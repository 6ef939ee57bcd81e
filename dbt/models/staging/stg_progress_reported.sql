with

text_rows as (

    select
        *,

        {{ may_have_spaces('progress_reported') }} as may_have_spaces

    from {{ source('event_files', 'progress_reported') }}

),

event_rows as (

    select
        *,

        {{ fault_column('progress_reported') }} as fault_column

    from text_rows

),

progress_reported as (

    select
        {{ envelope('progress_reported') }},

        event_rows.recommendation_id,
        event_rows.status,
        event_rows.text

    from event_rows

)

select * from progress_reported
