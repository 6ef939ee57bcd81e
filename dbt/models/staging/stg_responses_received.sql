with

event_rows as (

    select * from {{ source('event_files', 'responses_received') }}

),

responses_received as (

    select
        {{ envelope('responses_received') }},

        recommendation_id,
        response,
        {{ to_date('target_on') }},
        text

    from event_rows

)

select * from responses_received
