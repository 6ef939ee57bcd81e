with

outcome_history as (

    select
        histories.event_id,
        histories.establishment_id,
        outcomes.unit,
        outcomes.healthy_prison_test,
        healthy_prison_tests.test_group,
        coalesce(outcomes.scale, 'hmip_outcome') as scale,
        histories.state as outcome,
        histories.valid_from,
        histories.valid_to,
        histories.known_from,
        histories.known_to,
        histories.public_from,
        histories.public_to,
        histories.public_since

    from {{ ref('int_public_histories') }} as histories
    inner join {{ ref('int_event_rows') }} as outcomes
        on
            histories.row_id = outcomes.row_id
            and outcomes.event_type = 'outcomes_judged'
    inner join {{ ref('healthy_prison_tests') }} as healthy_prison_tests
        on outcomes.healthy_prison_test = healthy_prison_tests.healthy_prison_test
    where histories.history_kind = 'outcome'

),

judgement_levels as (

    select * from {{ ref('judgement_levels') }}

),

ranked_history as (

    select
        outcome_history.event_id,
        outcome_history.establishment_id,
        outcome_history.unit,
        outcome_history.healthy_prison_test,
        outcome_history.test_group,
        outcome_history.scale,
        outcome_history.outcome as outcome_code,
        judgement_levels.rank as outcome_rank,
        outcome_history.valid_from,
        outcome_history.valid_to,
        outcome_history.known_from,
        outcome_history.known_to,
        outcome_history.public_from,
        outcome_history.public_to,
        outcome_history.public_since

    from outcome_history
    inner join judgement_levels
        on
            outcome_history.scale = judgement_levels.scale
            and outcome_history.outcome = judgement_levels.code

)

select * from ranked_history
