with

text_rows as (

    select
        *,

        {{ may_have_spaces('responses_received') }} as may_have_spaces

    from {{ source('event_files', 'responses_received') }}

),

event_rows as (

    select
        *,

        {{ fault_column('responses_received') }} as fault_column

    from text_rows

),

responses_received as (

    select
        {{ envelope('responses_received') }},

        event_rows.recommendation_id,
        event_rows.response,
        {{ to_date('target_on') }},
        event_rows.text

    from event_rows

)

select * from responses_received
