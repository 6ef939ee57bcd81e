-- Group: outcomes
-- Question: Which prisons got worse twice running?
-- Here: Tests whose outcome fell at two inspections in a row.
-- Not said: None among the outcomes in the log does not mean none at all: see above.
select
    establishment_id,
    test_group,
    judged_on,
    outcome_code,
    declines_in_a_row
from {{ ref('fct_outcomes') }}
where declines_in_a_row >= 2
order by establishment_id, test_group, judged_on
