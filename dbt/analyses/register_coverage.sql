-- Question: How many of the prisons in use does the log know?
-- Here: The register of prisons beside the establishments of the log, by country.
-- Not said: The register is an undated snapshot of England and Wales. An establishment that is matched to no entry, or to one of two, is not counted: Feltham, Parc, Harmondsworth, and all of Scotland.
select
    register.country,
    count(*) as prisons_in_use,
    count(known.register_id) as known_to_the_log,
    count(inspected.register_id) as with_an_outcome
from {{ ref('dim_prison_register') }} as register
left join (
    select distinct register_id
    from {{ ref('dim_establishments') }}
) as known
    on register.register_id = known.register_id
left join (
    select distinct establishments.register_id
    from {{ ref('fct_outcomes') }} as outcomes
    inner join {{ ref('dim_establishments') }} as establishments
        on outcomes.establishment_id = establishments.establishment_id
) as inspected
    on register.register_id = inspected.register_id
where register.is_in_use
group by register.country
order by register.country
