-- Group: publication
-- Question: Where do two sources give two days of publication?
-- Here: Publications whose readings have no day in common. The day by which all of them have it public is the safe one.
-- Not said: It does not say which source is right.
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
