-- Group: outcomes
-- Question: Which prisons were good at a test and fell at the next inspection?
-- Here: Tests whose last outcome in the log is lower than the one before it, which was good or reasonably good.
-- Not said: The reason, or what happened between the two inspections.
select
    establishment_id,
    unit,
    test_group,
    previous_outcome_code,
    outcome_code,
    judged_on
from {{ ref('fct_outcomes') }}
where is_latest and scale = 'hmip_outcome' and previous_outcome_rank >= 3 and rank_change < 0
order by judged_on desc, establishment_id, unit, test_group
