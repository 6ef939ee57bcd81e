with

public_outcomes as (

    select
        outcomes.event_id,
        outcomes.visit_id,
        public_events.establishment_id,
        outcomes.unit,
        outcomes.healthy_prison_test,
        healthy_prison_tests.test_group,
        healthy_prison_tests.scale,
        outcomes.outcome as outcome_code,
        judgement_levels.rank as outcome_rank,
        outcomes.occurred_on as judged_on,
        outcomes.recorded_at,
        public_events.public_from,
        case when public_events.public_to < {{ end_of_days() }} then public_events.public_to end
            as public_to

    from {{ ref('int_public_events') }} as public_events
    inner join {{ ref('int_event_rows') }} as outcomes
        on
            public_events.row_id = outcomes.row_id
            and outcomes.event_type = 'outcomes_judged'
    inner join {{ ref('healthy_prison_tests') }} as healthy_prison_tests
        on
            outcomes.healthy_prison_test = healthy_prison_tests.healthy_prison_test
            -- What was judged on another scale than the test's own is no part of its series.
            and coalesce(outcomes.scale, healthy_prison_tests.scale) = healthy_prison_tests.scale
    inner join {{ ref('judgement_levels') }} as judgement_levels
        on
            healthy_prison_tests.scale = judgement_levels.scale
            and outcomes.outcome = judgement_levels.code
    where
        public_events.history_kind = 'outcome'
        and public_events.known_to = {{ last_instant() }}

)

select * from public_outcomes
