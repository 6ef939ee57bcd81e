with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'recommendations_made' and is_live

),

concerns as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'concerns_raised' and is_live

),

recommendations as (

    select
        logged_events.recommendation_id,
        logged_events.establishment_id,
        logged_events.visit_id,
        logged_events.concern_id,

        logged_events.kind,
        logged_events.body,
        logged_events.area,
        logged_events.reference,
        logged_events.text,
        concerns.text as concern_text,
        concerns.is_priority,
        logged_events.repeats_recommendation_id,

        logged_events.occurred_on as made_on,
        logged_events.occurred_precision,

        logged_events.event_id,
        logged_events.document_id,
        logged_events.paragraph

    from logged_events
    left join concerns
        on logged_events.concern_id = concerns.concern_id

)

select * from recommendations
