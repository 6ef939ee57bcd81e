with

national_shares as (

    select * from {{ ref('national_shares') }}

),

judgement_levels as (

    select * from {{ ref('judgement_levels') }}

),

-- A visit that is dated by its year alone belongs to no reporting year.
outcomes as (

    select
        outcomes.scale,
        outcomes.test_group,
        dates.reporting_year,
        judgement_levels.is_reasonable_or_better

    from {{ ref('fct_outcomes') }} as outcomes
    inner join {{ ref('dim_dates') }} as dates
        on outcomes.judged_on = dates.day
    inner join judgement_levels
        on
            outcomes.scale = judgement_levels.scale
            and outcomes.outcome_code = judgement_levels.code
    where outcomes.occurred_precision in ('day', 'month')

),

counted_outcomes as (

    select
        scale,
        test_group,
        reporting_year,
        count(*) as outcomes,
        count(*) filter (where is_reasonable_or_better) as reasonable_or_better

    from outcomes
    group by scale, test_group, reporting_year

),

shares as (

    select
        national_shares.scale,
        national_shares.test_group,
        national_shares.reporting_year,
        national_shares.percent as national_percent,
        coalesce(counted_outcomes.outcomes, 0) as outcomes_in_log,
        coalesce(counted_outcomes.reasonable_or_better, 0) as reasonable_or_better_in_log,
        round(100.0 * counted_outcomes.reasonable_or_better / counted_outcomes.outcomes, 1)
            as percent_in_log,
        national_shares.source,
        national_shares.note

    from national_shares
    left join counted_outcomes
        on
            national_shares.scale = counted_outcomes.scale
            and national_shares.test_group = counted_outcomes.test_group
            and national_shares.reporting_year = counted_outcomes.reporting_year

)

select
    scale,
    test_group,
    reporting_year,
    national_percent,
    outcomes_in_log,
    reasonable_or_better_in_log,
    cast(percent_in_log as double) as percent_in_log,
    source,
    note

from shares
