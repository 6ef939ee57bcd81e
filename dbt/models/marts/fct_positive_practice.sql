with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'practice_noted' and is_live

),

positive_practice as (

    select
        event_id,
        visit_id,
        establishment_id,
        area,
        text,
        occurred_on as observed_on,
        occurred_precision,
        document_id,
        paragraph

    from logged_events

)

select * from positive_practice
