-- Group: coverage
-- Question: Is a site really closed, or the same site under a new name?
-- Here: Establishments that a source calls the successor of others.
-- Not said: A successor's outcomes are its own. `outcomes_with_predecessors` lists both, marked; whether they make one series is your decision.
select
    establishment_id,
    valid_from,
    successor_of,
    document_id
from {{ ref('dim_establishments') }}
where successor_of is not null
order by establishment_id, valid_from
