-- Group: publication
-- Question: Where do two sources give two days of publication?
-- Here: Publications whose sources give days that do not overlap. `public_by` is the safe day: by then it was public according to every source.
-- Not said: Which source is right.
select
    visit_id,
    what,
    readings,
    public_not_before,
    public_by,
    lag_days_at_least,
    lag_days_at_most
from {{ ref('fct_publications') }}
where is_disputed
order by visit_id, what
