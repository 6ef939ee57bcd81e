-- Question: How long does it take from recommendation to judgement?
-- Here: Days from made to first judged, by the precision of the first day.
-- Not said: Where a source gives the month alone, the days count from its first.
select
    occurred_precision,
    count(*) as recommendations,
    count(days_made_to_first_judgement) as judged,
    median(days_made_to_first_judgement) as median_days
from {{ ref('fct_recommendation_lifecycles') }}
group by occurred_precision
order by occurred_precision
