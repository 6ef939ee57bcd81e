with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'status_observed' and is_live

),

observed_statuses as (

    select
        logged_events.event_id,
        logged_events.recommendation_id,
        logged_events.establishment_id,
        logged_events.scale,
        logged_events.status as status_code,
        levels.label as status_label,
        logged_events.occurred_on as observed_on,
        logged_events.occurred_precision,
        logged_events.document_id,
        logged_events.paragraph

    from logged_events
    inner join {{ ref('judgement_levels') }} as levels
        on
            logged_events.scale = levels.scale
            and logged_events.status = levels.code

)

select * from observed_statuses
