-- Group: outcomes
-- Question: How many times in a row was a test poor?
-- Here: Tests that were poor at three or more inspections in a row.
-- Not said: The inspections follow one another in the log. One in between may be missing.
select
    establishment_id,
    test_group,
    max(times_in_a_row) as times_poor_in_a_row,
    max(judged_on) as last_judged_on
from {{ ref('fct_outcomes') }}
where outcome_code = 'poor'
group by establishment_id, test_group
having max(times_in_a_row) >= 3
order by establishment_id, test_group
