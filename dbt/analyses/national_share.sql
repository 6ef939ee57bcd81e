-- Group: outcomes
-- Question: What share of outcomes was good or reasonably good, by test and year?
-- Here: By reporting year, April to March, with the number of outcomes behind each share. A prison that is judged by its units has several outcomes.
-- Not said: The log is a sample of the inspections that pages report, not all inspections of a year: see docs/national_benchmark.md. A visit dated only by its year has no reporting year and is left out.
select
    dates.reporting_year,
    outcomes.test_group,
    count(*) as outcomes,
    count(*) filter (where outcomes.outcome_rank >= 3) as good_or_reasonably_good,
    round(100.0 * count(*) filter (where outcomes.outcome_rank >= 3) / count(*)) as share
from {{ ref('fct_outcomes') }} as outcomes
inner join {{ ref('dim_dates') }} as dates
    on outcomes.judged_on = dates.day
where outcomes.scale = 'hmip_outcome' and outcomes.occurred_precision <> 'year'
group by dates.reporting_year, outcomes.test_group
order by dates.reporting_year, outcomes.test_group
