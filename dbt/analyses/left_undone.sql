-- Group: recommendations
-- Question: Which test's recommendations are left undone most?
-- Here: Counts of earlier recommendations on safety that documents state, each with the total.
-- Not said: Sources count by test for safety only, so this log cannot compare tests.
select
    visit_id,
    measure,
    cast(value as integer) as recommendations,
    unit
from {{ ref('fct_figures') }}
where measure like 'previous_safety_recommendations%'
order by visit_id, measure
