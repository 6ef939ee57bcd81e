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
        logged_events.event_id,
        logged_events.visit_id,
        logged_events.establishment_id,
        logged_events.healthy_prison_test,
        judgement_levels.label as outcome_label,
        judgement_levels.rank as outcome_rank,
        logged_events.comparison,
        logged_events.outcome as outcome_code,
        logged_events.compared_visit_id,
        logged_events.occurred_on as judged_on,
        logged_events.occurred_precision,
        logged_events.document_id,
        logged_events.paragraph,
        -- Before other bodies were known, there was one scale.
        coalesce(logged_events.scale, 'hmip_outcome') as scale

    from logged_events
    left join judgement_levels
        on
            coalesce(logged_events.scale, 'hmip_outcome') = judgement_levels.scale
            and logged_events.outcome = judgement_levels.code

),

held_outcomes as (

    select
        bounds.event_id,
        case bounds.comparison
            when 'at_least' then outcomes.outcome_rank >= bounds.outcome_rank
            when 'at_most' then outcomes.outcome_rank <= bounds.outcome_rank
            when 'same_as' then outcomes.outcome_code = compared_outcomes.outcome_code
        end as is_within

    from bounds
    inner join outcomes
        on
            bounds.visit_id = outcomes.visit_id
            and bounds.scale = outcomes.scale
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

counted_outcomes as (

    select
        event_id,
        count(is_within) as outcomes_compared,
        count(is_within) filter (where is_within) as outcomes_within

    from held_outcomes
    group by event_id

),

outcome_bounds as (

    select
        bounds.event_id,
        bounds.visit_id,
        bounds.establishment_id,
        bounds.healthy_prison_test,
        bounds.scale,
        bounds.comparison,
        bounds.outcome_code,
        bounds.outcome_label,
        bounds.outcome_rank,
        bounds.compared_visit_id,

        coalesce(counted_outcomes.outcomes_compared, 0) as outcomes_compared,
        coalesce(counted_outcomes.outcomes_within, 0) as outcomes_within,
        case
            when coalesce(counted_outcomes.outcomes_compared, 0) = 0 then 'not checkable here'
            when counted_outcomes.outcomes_within = counted_outcomes.outcomes_compared
                then 'agrees'
            else 'differs'
        end as reconciliation,

        bounds.judged_on,
        bounds.occurred_precision,
        bounds.document_id,
        bounds.paragraph

    from bounds
    left join counted_outcomes
        on bounds.event_id = counted_outcomes.event_id

)

select * from outcome_bounds
