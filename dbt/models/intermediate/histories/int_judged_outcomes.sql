with

judged_outcomes as (

    select
        outcomes.row_id,
        outcomes.unit,
        outcomes.healthy_prison_test,
        healthy_prison_tests.test_group,
        judgement_levels.scale,
        outcomes.outcome as outcome_code,
        judgement_levels.rank as outcome_rank

    from {{ ref('int_event_rows') }} as outcomes
    inner join {{ ref('healthy_prison_tests') }} as healthy_prison_tests
        on outcomes.healthy_prison_test = healthy_prison_tests.healthy_prison_test
    inner join {{ ref('judgement_levels') }} as judgement_levels
        on
            -- Before other bodies were known, there was one scale.
            coalesce(outcomes.scale, 'hmip_outcome') = judgement_levels.scale
            and outcomes.outcome = judgement_levels.code
    where outcomes.event_type = 'outcomes_judged'

)

select * from judged_outcomes
