-- Group: coverage
-- Question: Which prisons have not been inspected for three years, or were only reviewed?
-- Here: As of the last year in the log.
-- Not said: The log is a sample: the inspectorate makes more visits than the log has.
select
    establishment_id,
    coverage,
    last_inspected_year,
    years_since_inspection
from {{ ref('fct_inspection_coverage') }}
where
    year = (select max(year) from {{ ref('fct_inspection_coverage') }})
    and (years_since_inspection >= 3 or years_since_inspection is null)
order by years_since_inspection desc nulls first, establishment_id
