-- Group: coverage
-- Question: How many of the prisons in use does the log know?
-- Here: Every entry of the register, whether or not the log has seen it, by country.
-- Not said: The register is an undated snapshot of England and Wales, without Scotland. `register_coverage_as_of(day)` answers for a day, as far as opening and closing days are known. Feltham and Parc have two entries each.
select
    country,
    count(*) as prisons_in_use,
    count(*) filter (where is_in_log) as known_to_the_log,
    count(*) filter (where has_outcomes) as with_an_outcome,
    count(*) filter (where last_inspected_on >= date '2020-01-01') as inspected_since_2020
from {{ ref('fct_register_coverage') }}
where is_in_use
group by country
order by country
