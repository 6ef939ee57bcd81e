-- Group: outcomes
-- Question: Which prisons are poor for safety now?
-- Here: Prisons whose last outcome for safety is poor. A prison that was poor and has improved is not listed.
-- Not said: Now means when last judged in the log, which may be years ago.
select
    establishment_id,
    unit,
    judged_on,
    previous_outcome_code
from {{ ref('fct_outcomes') }}
where is_latest and scale = 'hmip_outcome' and test_group = 'safety' and outcome_code = 'poor'
order by judged_on desc, establishment_id, unit
