-- Group: outcomes
-- Question: How did a prison's four tests move over its inspections?
-- Here: Bristol, by test, over its four inspections in the log.
-- Not said: Only outcomes that a page states are in the log: a gap between two rows may be an inspection that it does not know. `eras_crossed` marks a change of names or of what is counted in between.
select
    test_group,
    judged_on,
    healthy_prison_test,
    outcome_code,
    rank_change,
    eras_crossed
from {{ ref('fct_outcomes') }}
where establishment_id = 'bristol' and judged_on is not null
order by test_group, judged_on
