with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where
        event_type in ('recommendations_made', 'responses_received', 'progress_judged')
        and known_from is not null

),

recommendation_versions as (

    select * from {{ ref('int_recommendation_versions') }}

),

status_events as (

    select
        logged_events.event_id,
        logged_events.recommendation_id as entity_id,
        recommendation_versions.establishment_id,
        case logged_events.event_type
            when 'recommendations_made' then 'made'
            when 'responses_received' then logged_events.response
            else logged_events.judgement
        end as recommendation_status,
        logged_events.occurred_on,
        logged_events.recorded_at,

        greatest(logged_events.known_from, recommendation_versions.known_from) as known_from,
        least(logged_events.known_to, recommendation_versions.known_to) as known_to

    from logged_events
    inner join recommendation_versions
        on logged_events.recommendation_id = recommendation_versions.recommendation_id
    -- There is no status before the day on which the recommendation was made, and none from an
    -- event whose day nobody knows.
    where logged_events.occurred_on >= recommendation_versions.made_on

),

overlapping_events as (

    select *
    from status_events
    where known_to is null or known_from < known_to

)

select * from overlapping_events
