-- Group: outcomes
-- Question: How did a prison's four tests move over its inspections?
-- Here: Bristol, by test, over its four inspections in the log.
-- Not said: The log has only outcomes that a page states, so an inspection may be missing between two rows. `eras_crossed` marks a change of names, or of what is counted, between them.
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
