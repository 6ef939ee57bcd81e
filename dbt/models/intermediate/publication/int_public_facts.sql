-- The facts that have a history, where they and the subjects that they name are public: the log
-- restricted to what was public, for every day and instant at once.
with

public_versions as (

    select * from {{ ref('int_public_versions') }}

),

subject_boxes as {{ read_each_time() }}(

    select * from {{ ref('int_subject_boxes') }}

),

facts as (

    select
        public_versions.row_id,
        public_versions.event_type,
        event_rows.event_id,
        event_rows.visit_id,
        event_rows.recommendation_id,
        event_rows.unit,
        event_rows.healthy_prison_test,
        event_rows.scale,
        event_rows.outcome,
        event_rows.response,
        event_rows.judgement,
        event_rows.occurred_on,
        event_rows.recorded_at,
        public_versions.known_from,
        public_versions.known_to,
        public_versions.public_from,
        public_versions.public_to

    from public_versions
    inner join {{ ref('int_event_rows') }} as event_rows
        on
            public_versions.row_id = event_rows.row_id
            and public_versions.event_type = event_rows.event_type

),

outcome_boxes as (

    select
        facts.row_id,
        facts.event_id,
        'outcome' as history_kind,
        -- One scale's outcomes in one group are of one test, whatever it was called at the time.
        concat_ws(
            chr(31),
            visits.establishment_id,
            coalesce(facts.unit, ''),
            coalesce(facts.scale, 'hmip_outcome'),
            healthy_prison_tests.test_group
        ) as entity_id,
        visits.establishment_id,
        facts.outcome as state,
        facts.occurred_on,
        facts.recorded_at,
        cast(null as date) as made_on,
        {{ common_box(['facts', 'visits']) }}

    from facts
    inner join subject_boxes as visits
        on
            facts.visit_id = visits.subject_id
            and visits.subject_kind = 'visit'
    inner join {{ ref('healthy_prison_tests') }} as healthy_prison_tests
        on facts.healthy_prison_test = healthy_prison_tests.healthy_prison_test
    where facts.event_type = 'outcomes_judged'

),

statuses as (

    select
        facts.*,
        case facts.event_type
            when 'responses_received' then responses.response_group
            when 'progress_judged' then facts.judgement
            else facts.event_type
        end as state

    from facts
    left join {{ ref('responses') }} as responses
        on facts.response = responses.response
    where
        facts.event_type <> 'outcomes_judged'
        -- An answer that is neither yes nor no gives no status.
        and (
            facts.event_type <> 'responses_received'
            or coalesce(responses.response_group, '') <> 'none'
        )

),

-- Status events name no visit, or one of their own besides that of the recommendation.
status_boxes as (

    select
        statuses.row_id,
        statuses.event_id,
        'recommendation' as history_kind,
        statuses.recommendation_id as entity_id,
        recommendations.establishment_id,
        statuses.state,
        statuses.occurred_on,
        statuses.recorded_at,
        recommendations.made_on,
        {{ common_box(['statuses', 'recommendations']) }}

    from statuses
    inner join subject_boxes as recommendations
        on
            statuses.recommendation_id = recommendations.subject_id
            and recommendations.subject_kind = 'recommendation'
    where statuses.event_type <> 'recommendations_made' and statuses.visit_id is null

    union all

    select
        statuses.row_id,
        statuses.event_id,
        'recommendation' as history_kind,
        statuses.recommendation_id as entity_id,
        recommendations.establishment_id,
        statuses.state,
        statuses.occurred_on,
        statuses.recorded_at,
        recommendations.made_on,
        {{ common_box(['statuses', 'recommendations', 'visits']) }}

    from statuses
    inner join subject_boxes as recommendations
        on
            statuses.recommendation_id = recommendations.subject_id
            and recommendations.subject_kind = 'recommendation'
    inner join subject_boxes as visits
        on
            statuses.visit_id = visits.subject_id
            and visits.subject_kind = 'visit'
    where statuses.event_type <> 'recommendations_made'

),

fact_boxes as (

    select * from outcome_boxes
    where occurred_on is not null

    union all

    -- A recommendation has no status before the day on which it was made, and none from an event of
    -- an unknown day.
    select * from status_boxes
    where occurred_on >= made_on

    union all

    -- By itself; `int_public_events` shows it from the first public event on that names it, too.
    select
        facts.row_id,
        facts.event_id,
        'making' as history_kind,
        facts.recommendation_id as entity_id,
        cast(null as string) as establishment_id,
        'made' as state,
        facts.occurred_on,
        facts.recorded_at,
        facts.occurred_on as made_on,
        facts.known_from,
        facts.known_to,
        facts.public_from,
        facts.public_to

    from facts
    where facts.event_type = 'recommendations_made'

)

select *
from fact_boxes
where {{ is_box() }}
