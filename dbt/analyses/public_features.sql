-- Group: publication
-- Question: What might a model have used on a day?
-- Here: Prisons with a public outcome for safety on 1 September 2024: its rank, its age in days, for how many days it had been public, and the rank of the inspection before.
-- Not said: A prison that is missing, or has no earlier rank, may have been inspected: only reports with a known day of publication count. Which days are known is not chance.
select
    prisons.establishment_id,
    prisons.public_visits,
    prisons.last_visit_on,
    prisons.safety_rank,
    prisons.safety_age_days,
    prisons.safety_public_days,
    prisons.safety_previous_rank
from prisons_as_published('2024-09-01') as prisons
where prisons.safety_rank is not null
order by prisons.safety_age_days, prisons.establishment_id
