-- Group: outcomes
-- Question: Does an outcome say anything about the next one?
-- Here: Pairs of outcomes of one prison and test that follow one another: how often each level followed each.
-- Not said: The log is a sample, and inspections follow risk: the next outcome is not drawn at random. For a forecast, use only what was public before the visit.
select
    previous_outcome_code as before,
    count(*) as followed,
    count(*) filter (where outcome_rank = 1) as by_poor,
    count(*) filter (where outcome_rank = 2) as by_not_sufficiently_good,
    count(*) filter (where outcome_rank = 3) as by_reasonably_good,
    count(*) filter (where outcome_rank = 4) as by_good
from {{ ref('fct_outcomes') }}
where previous_outcome_rank is not null and scale = 'hmip_outcome'
group by previous_outcome_code, previous_outcome_rank
order by previous_outcome_rank
