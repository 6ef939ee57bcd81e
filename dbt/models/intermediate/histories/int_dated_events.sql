with

live_events as (

    select *
    from {{ ref('int_log') }}
    where known_from is not null

),

recommendation_versions as (

    select * from {{ ref('int_recommendation_versions') }}

),

establishment_events as (

    select
        row_id,
        event_id,
        'establishment' as history_kind,
        establishment_id as entity_id,
        establishment_id,
        cast(null as varchar) as state,
        occurred_on,
        recorded_at,
        known_from,
        known_to

    from live_events
    where event_type = 'establishments_described' and occurred_on is not null

),

outcome_events as (

    select
        outcomes.row_id,
        outcomes.event_id,
        'outcome' as history_kind,
        concat_ws(
            chr(31),
            visits.establishment_id,
            coalesce(outcomes.unit, ''),
            outcomes.healthy_prison_test
        ) as entity_id,
        visits.establishment_id,
        outcomes.outcome as state,
        outcomes.occurred_on,
        outcomes.recorded_at,

        greatest(outcomes.known_from, visits.known_from) as known_from,
        least(outcomes.known_to, visits.known_to) as known_to

    from live_events as outcomes
    inner join live_events as visits
        on
            outcomes.visit_id = visits.visit_id
            and visits.event_type = 'visits_held'
    where outcomes.event_type = 'outcomes_judged' and outcomes.occurred_on is not null

),

status_events as (

    select
        live_events.row_id,
        live_events.event_id,
        'recommendation' as history_kind,
        live_events.recommendation_id as entity_id,
        recommendation_versions.establishment_id,
        case live_events.event_type
            when 'recommendations_made' then 'made'
            when 'responses_received' then responses.response_group
            when 'follow_up_ended' then 'follow_up_ended'
            else live_events.judgement
        end as state,
        live_events.occurred_on,
        live_events.recorded_at,

        greatest(live_events.known_from, recommendation_versions.known_from) as known_from,
        least(live_events.known_to, recommendation_versions.known_to) as known_to

    from live_events
    inner join recommendation_versions
        on live_events.recommendation_id = recommendation_versions.recommendation_id
    left join {{ ref('responses') }} as responses
        on live_events.response = responses.response
    where
        live_events.event_type in (
            'recommendations_made', 'responses_received', 'progress_judged', 'follow_up_ended'
        )
        -- An answer that is neither yes nor no gives no status.
        and coalesce(responses.response_group, '') <> 'none'
        -- There is no status before the day on which the recommendation was made, and none from an
        -- event whose day nobody knows.
        and live_events.occurred_on >= recommendation_versions.made_on

),

dated_events as (

    select * from establishment_events

    union all

    select * from outcome_events

    union all

    select * from status_events

),

overlapping_events as (

    select *
    from dated_events
    where known_to is null or known_from < known_to

)

select * from overlapping_events
