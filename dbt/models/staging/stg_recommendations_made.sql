with

text_rows as (

    select
        *,

        {{ may_have_spaces('recommendations_made') }} as may_have_spaces

    from {{ source('event_files', 'recommendations_made') }}

),

event_rows as (

    select
        *,

        {{ fault_column('recommendations_made') }} as fault_column

    from text_rows

),

recommendations_made as (

    select
        {{ envelope('recommendations_made') }},

        event_rows.recommendation_id,
        event_rows.visit_id,
        event_rows.concern_id,
        event_rows.kind,
        event_rows.body,
        event_rows.area,
        event_rows.reference,
        event_rows.text,
        event_rows.repeats_recommendation_id

    from event_rows

)

select * from recommendations_made
