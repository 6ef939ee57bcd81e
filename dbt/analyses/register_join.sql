-- Group: coverage
-- Question: How do I join data of others, such as populations?
-- Here: By `register_id`, which the Ministry of Justice's own tables use. The populations are invented.
-- Not said: Anything about real populations: the numbers stand for a table of your own.
select
    establishments.register_id,
    establishments.name,
    populations.prisoners,
    max_by(outcomes.outcome_code, outcomes.judged_on) as last_safety
from (values ('EYI', 1000), ('BLI', 500), ('LPI', 700)) as populations (register_id, prisoners)
inner join {{ ref('dim_establishments') }} as establishments
    on populations.register_id = establishments.register_id and establishments.is_current
left join {{ ref('fct_outcomes') }} as outcomes
    on establishments.establishment_id = outcomes.establishment_id
    and outcomes.test_group = 'safety'
group by establishments.register_id, establishments.name, populations.prisoners
order by establishments.register_id
