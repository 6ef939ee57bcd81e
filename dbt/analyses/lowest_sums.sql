-- Group: outcomes
-- Question: Which prison was worst across the four tests at its last inspection?
-- Here: The lowest sums of ranks, where all four tests are known.
-- Not said: Ranks are an order, not amounts: a sum treats every step between two levels as equal. The inspectorate publishes no such table.
select
    establishment_id,
    unit,
    max(judged_on) as last_judged_on,
    sum(outcome_rank) as sum_of_ranks
from {{ ref('fct_outcomes') }}
where scale = 'hmip_outcome' and is_latest
group by establishment_id, unit
having count(*) = 4
order by sum_of_ranks, establishment_id, unit
limit 5
