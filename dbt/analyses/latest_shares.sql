-- Group: outcomes
-- Question: What share of prisons was good or reasonably good when last judged, by test?
-- Here: The last outcome in the log of each prison or unit in England and Wales.
-- Not said: The log is a sample in which prisons in trouble are common: these are not national shares.
select
    outcomes.test_group,
    count(*) as judged,
    count(*) filter (where levels.is_reasonable_or_better) as reasonable,
    cast(round(100.0 * count(*) filter (where levels.is_reasonable_or_better) / count(*)) as integer)
        as share
from {{ ref('fct_outcomes') }} as outcomes
inner join {{ ref('dim_judgement_levels') }} as levels
    on outcomes.scale = levels.scale and outcomes.outcome_code = levels.code
where outcomes.is_latest and outcomes.scale = 'hmip_outcome'
group by outcomes.test_group
order by outcomes.test_group
