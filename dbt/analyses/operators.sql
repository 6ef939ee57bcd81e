-- Group: outcomes
-- Question: Do private and public prisons differ?
-- Here: Outcomes by the operator of the establishment on the day, with their number.
-- Not said: Most pages do not say who runs a prison, and a prison without a stated operator need not be a public one. So few outcomes say nothing about operators.
select
    coalesce(establishments.operator, 'not stated') as run_by,
    outcomes.test_group,
    count(*) as outcomes,
    count(*) filter (where outcomes.outcome_rank >= 3) as good_or_reasonably_good
from {{ ref('fct_outcomes') }} as outcomes
left join {{ ref('dim_establishments') }} as establishments
    on outcomes.establishment_version_id = establishments.establishment_version_id
group by run_by, outcomes.test_group
order by run_by, outcomes.test_group
