with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'outcome_bounds_stated' and is_live

),

judgement_levels as (

    select * from {{ ref('judgement_levels') }}

),

outcomes as (

    select
        visit_id,
        healthy_prison_test,
        test_group,
        scale,
        outcome_code,
        outcome_rank

    from {{ ref('fct_outcomes') }}
    where unit is null

),

bounds as (

    select
        logged_events.*,
        -- Before other bodies were known, there was one scale.
        coalesce(logged_events.scale, 'hmip_outcome') as outcome_scale

    from logged_events

),

held_bounds as (

    select
        bounds.event_id,
        bounds.visit_id,
        bounds.establishment_id,
        bounds.healthy_prison_test,
        bounds.outcome_scale as scale,
        bounds.comparison,
        bounds.outcome as outcome_code,
        judgement_levels.label as outcome_label,
        judgement_levels.rank as outcome_rank,
        bounds.compared_visit_id,
        bounds.occurred_on as judged_on,
        bounds.occurred_precision,
        bounds.document_id,
        bounds.paragraph,

        outcomes.healthy_prison_test as held_test,
        case bounds.comparison
            when 'at_least' then outcomes.outcome_rank >= judgement_levels.rank
            when 'at_most' then outcomes.outcome_rank <= judgement_levels.rank
            when 'same_as' then outcomes.outcome_code = compared_outcomes.outcome_code
        end as is_within

    from bounds
    left join judgement_levels
        on
            bounds.outcome_scale = judgement_levels.scale
            and bounds.outcome = judgement_levels.code
    left join outcomes
        on
            bounds.visit_id = outcomes.visit_id
            and bounds.outcome_scale = outcomes.scale
            and (
                bounds.healthy_prison_test is null
                or bounds.healthy_prison_test = outcomes.healthy_prison_test
            )
    -- A test may have changed its name between the two visits.
    left join outcomes as compared_outcomes
        on
            bounds.compared_visit_id = compared_outcomes.visit_id
            and outcomes.scale = compared_outcomes.scale
            and outcomes.test_group = compared_outcomes.test_group

),

counted_bounds as (

    select
        event_id,
        visit_id,
        establishment_id,
        healthy_prison_test,
        scale,
        comparison,
        outcome_code,
        outcome_label,
        outcome_rank,
        compared_visit_id,

        count(is_within) as outcomes_compared,
        count(held_test) filter (where is_within) as outcomes_within,

        judged_on,
        occurred_precision,
        document_id,
        paragraph

    from held_bounds
    group by
        event_id,
        visit_id,
        establishment_id,
        healthy_prison_test,
        scale,
        comparison,
        outcome_code,
        outcome_label,
        outcome_rank,
        compared_visit_id,
        judged_on,
        occurred_precision,
        document_id,
        paragraph

),

outcome_bounds as (

    select
        event_id,
        visit_id,
        establishment_id,
        healthy_prison_test,
        scale,
        comparison,
        outcome_code,
        outcome_label,
        outcome_rank,
        compared_visit_id,
        outcomes_compared,
        outcomes_within,
        case
            when outcomes_compared = 0 then 'not checkable here'
            when outcomes_within = outcomes_compared then 'agrees'
            else 'differs'
        end as reconciliation,
        judged_on,
        occurred_precision,
        document_id,
        paragraph

    from counted_bounds

)

select * from outcome_bounds
