-- Group: outcomes
-- Question: Are the best and the worst moving apart?
-- Here: The outcomes of each year, by level.
-- Not said: Each year counts only the inspections in the log. A year with few of them says little.
select
    year(judged_on) as year,
    count(*) as outcomes,
    count(*) filter (where outcome_rank = 1) as poor,
    count(*) filter (where outcome_rank = 4) as good,
    cast(round(stddev_pop(outcome_rank), 2) as double) as spread
from {{ ref('fct_outcomes') }}
where scale = 'hmip_outcome' and judged_on is not null
group by year(judged_on)
order by year
