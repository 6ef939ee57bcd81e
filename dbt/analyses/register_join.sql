-- Question: How do I join data of others, such as populations?
-- Here: By `register_id`, which the Ministry of Justice's own tables use. The populations are invented.
-- Not said: Anything about real populations: these numbers stand for a table of yours.
with

populations as (

    select *
    from (values ('EYI', 1000), ('BLI', 500), ('LPI', 700)) as invented (register_id, prisoners)

),

last_safety as (

    select
        establishment_id,
        max_by(outcome_code, judged_on) as safety

    from {{ ref('fct_outcomes') }}
    where test_group = 'safety' and scale = 'hmip_outcome' and unit is null
    group by establishment_id

)

select
    establishments.register_id,
    establishments.name,
    populations.prisoners,
    last_safety.safety
from populations
inner join {{ ref('dim_establishments') }} as establishments
    on populations.register_id = establishments.register_id and establishments.is_current
left join last_safety
    on establishments.establishment_id = last_safety.establishment_id
order by establishments.register_id
