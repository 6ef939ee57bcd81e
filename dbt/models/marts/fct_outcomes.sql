with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'outcomes_judged' and is_live

),

judgement_levels as (

    select * from {{ ref('judgement_levels') }}

),

healthy_prison_tests as (

    select * from {{ ref('healthy_prison_tests') }}

),

establishments as (

    select * from {{ ref('dim_establishments') }}

),

visits as (

    select
        visit_id,
        bodies

    from {{ ref('dim_visits') }}

),

sources as (

    {{ sources_of_facts() }}

),

ranked_outcomes as (

    select
        *,

        -- Before other bodies were known, there was one scale.
        coalesce(scale, 'hmip_outcome') as outcome_scale,
        row_number() over (
            partition by visit_id, unit, healthy_prison_test
            order by occurred_on desc nulls last, recorded_at desc, event_id desc
        ) as place

    from logged_events

),

outcomes as (

    select
        ranked_outcomes.event_id,
        ranked_outcomes.visit_id,
        ranked_outcomes.establishment_id,
        establishments.establishment_version_id,
        ranked_outcomes.unit,
        ranked_outcomes.healthy_prison_test,
        healthy_prison_tests.test_group,

        ranked_outcomes.outcome_scale as scale,
        ranked_outcomes.outcome as outcome_code,
        judgement_levels.label as outcome_label,
        judgement_levels.rank as outcome_rank,

        lag(ranked_outcomes.visit_id) over outcomes_of_a_test as previous_visit_id,
        lag(ranked_outcomes.outcome) over outcomes_of_a_test as previous_outcome_code,
        lag(judgement_levels.rank) over outcomes_of_a_test as previous_outcome_rank,
        judgement_levels.rank - lag(judgement_levels.rank) over outcomes_of_a_test
            as rank_change,
        ranked_outcomes.occurred_on is not null
        and lead(ranked_outcomes.event_id) over outcomes_of_a_test is null as is_latest,

        coalesce(ranked_outcomes.bodies, visits.bodies) as bodies,
        coalesce(sources.sources_confirming, 0) as sources_confirming,
        coalesce(sources.sources_disputing, 0) as sources_disputing,
        ranked_outcomes.occurred_on as judged_on,
        ranked_outcomes.occurred_precision,
        ranked_outcomes.document_id,
        ranked_outcomes.paragraph,

        publicity.public_not_before,
        publicity.public_by,
        publicity.public_basis

    from ranked_outcomes
    inner join judgement_levels
        on
            ranked_outcomes.outcome_scale = judgement_levels.scale
            and ranked_outcomes.outcome = judgement_levels.code
    inner join healthy_prison_tests
        on ranked_outcomes.healthy_prison_test = healthy_prison_tests.healthy_prison_test
    left join visits
        on ranked_outcomes.visit_id = visits.visit_id
    left join sources
        on ranked_outcomes.statement_id = sources.about_event_id
    left join {{ ref('int_event_publicity') }} as publicity
        on ranked_outcomes.row_id = publicity.row_id
    left join establishments
        on
            ranked_outcomes.establishment_id = establishments.establishment_id
            and ranked_outcomes.occurred_on >= establishments.valid_from
            and ranked_outcomes.occurred_on < coalesce(establishments.valid_to, date '9999-12-31')
    where ranked_outcomes.place = 1

    window outcomes_of_a_test as (
        partition by
            ranked_outcomes.establishment_id,
            ranked_outcomes.unit,
            healthy_prison_tests.test_group,
            ranked_outcomes.outcome_scale
        order by
            ranked_outcomes.occurred_on nulls first,
            ranked_outcomes.recorded_at,
            ranked_outcomes.event_id
    )

)

select * from outcomes
