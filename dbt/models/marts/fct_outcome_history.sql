with

outcome_history as (

    select
        histories.event_id,
        histories.establishment_id,
        outcomes.unit,
        outcomes.healthy_prison_test,
        outcomes.test_group,
        outcomes.scale,
        outcomes.outcome_code,
        outcomes.outcome_rank,
        histories.valid_from,
        histories.valid_to,
        histories.known_from,
        histories.known_to

    from {{ ref('int_histories') }} as histories
    inner join {{ ref('int_judged_outcomes') }} as outcomes
        on histories.row_id = outcomes.row_id
    where histories.history_kind = 'outcome'

)

select * from outcome_history
