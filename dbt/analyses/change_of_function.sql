-- Group: outcomes
-- Question: What was found before and after a change of function?
-- Here: Holme House, a local prison until 2017 and a training prison by 2020.
-- Not said: A prison that changes its function changes its prisoners: the inspectorate itself warns against comparing across such a change.
select
    establishments.function,
    establishments.security_category,
    outcomes.judged_on,
    outcomes.test_group,
    outcomes.outcome_code
from {{ ref('fct_outcomes') }} as outcomes
inner join {{ ref('dim_establishments') }} as establishments
    on outcomes.establishment_version_id = establishments.establishment_version_id
where outcomes.establishment_id = 'holme-house'
order by outcomes.judged_on, outcomes.test_group
