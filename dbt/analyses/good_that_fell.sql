-- Group: outcomes
-- Question: Which prisons were good at a test and fell at the next inspection?
-- Here: From good or reasonably good to a lower level, the last two outcomes of a test in the log.
-- Not said: It does not say why, nor what happened between the two inspections.
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
