-- Group: outcomes
-- Question: Which prisons got worse twice running?
-- Here: Tests whose outcome fell at two inspections in a row.
-- Not said: The log is a sample: a prison whose inspections it lacks may have fallen twice.
select
    establishment_id,
    test_group,
    judged_on,
    outcome_code,
    declines_in_a_row
from {{ ref('fct_outcomes') }}
where declines_in_a_row >= 2
order by establishment_id, test_group, judged_on
