-- Group: recommendations
-- Question: How long does it take from recommendation to judgement?
-- Here: Days from the recommendation to its first judgement, by body and by the precision of the first day.
-- Not said: If a source gives only the month, the days count from the first of that month.
select
    recommendations.body,
    lifecycles.occurred_precision,
    count(*) as recommendations,
    count(lifecycles.days_made_to_first_judgement) as judged,
    median(lifecycles.days_made_to_first_judgement) as median_days
from {{ ref('fct_recommendation_lifecycles') }} as lifecycles
inner join {{ ref('dim_recommendations') }} as recommendations
    on lifecycles.recommendation_id = recommendations.recommendation_id
where recommendations.is_counted
group by recommendations.body, lifecycles.occurred_precision
order by recommendations.body, lifecycles.occurred_precision
