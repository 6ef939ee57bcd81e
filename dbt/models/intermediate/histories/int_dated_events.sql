with

-- Read several times, for one type each: what is asked of one is then read of that type alone.
live_events as {{ read_each_time() }}(

    select *
    from {{ ref('int_log') }}
    where known_from is not null

),

healthy_prison_tests as (

    select * from {{ ref('healthy_prison_tests') }}

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
        cast(null as string) as state,
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
        -- One scale's outcomes in one group are of one test, whatever it was called at the time.
        concat_ws(
            chr(31),
            visits.establishment_id,
            coalesce(outcomes.unit, ''),
            coalesce(outcomes.scale, 'hmip_outcome'),
            healthy_prison_tests.test_group
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
    inner join healthy_prison_tests
        on outcomes.healthy_prison_test = healthy_prison_tests.healthy_prison_test
    where outcomes.event_type = 'outcomes_judged' and outcomes.occurred_on is not null

),

statuses as (

    select
        *,
        'made' as state
    from live_events
    where event_type = 'recommendations_made'

    union all

    select
        live_events.*,
        responses.response_group as state
    from live_events
    left join {{ ref('responses') }} as responses
        on live_events.response = responses.response
    where
        live_events.event_type = 'responses_received'
        -- An answer that is neither yes nor no gives no status.
        and coalesce(responses.response_group, '') <> 'none'

    union all

    select
        *,
        judgement as state
    from live_events
    where event_type = 'progress_judged'

    union all

    select
        *,
        'follow_up_ended' as state
    from live_events
    where event_type = 'follow_up_ended'

),

status_events as (

    select
        statuses.row_id,
        statuses.event_id,
        'recommendation' as history_kind,
        statuses.recommendation_id as entity_id,
        recommendation_versions.establishment_id,
        statuses.state,
        statuses.occurred_on,
        statuses.recorded_at,

        greatest(statuses.known_from, recommendation_versions.known_from) as known_from,
        least(statuses.known_to, recommendation_versions.known_to) as known_to

    from statuses
    inner join recommendation_versions
        on statuses.recommendation_id = recommendation_versions.recommendation_id
    -- There is no status before the day on which the recommendation was made, and none from an
    -- event whose day nobody knows.
    where statuses.occurred_on >= recommendation_versions.made_on

),

dated_events as (

    select * from establishment_events

    union all

    select * from outcome_events

    union all

    select * from status_events

),

followed_events as (

    select
        *,

        -- Of use only where no interval of the entity ends: an event with several ties with itself.
        lead(occurred_on) over events_of_an_entity as next_occurred_on,
        lead(known_from) over events_of_an_entity as next_known_from

    from dated_events
    where known_to is null or known_from < known_to

    window events_of_an_entity as (
        partition by history_kind, entity_id
        order by {{ earliest_first() }}
    )

)

select * from followed_events
