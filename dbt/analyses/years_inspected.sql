-- Group: coverage
-- Question: In which years was a prison inspected, and in which not?
-- Here: Liverpool, year by year, from its first visit in the log.
-- Not said: `not_visited` means that the log has no visit in that year.
select
    year,
    coverage,
    full_inspections,
    other_visits,
    years_since_inspection
from {{ ref('fct_inspection_coverage') }}
where establishment_id = 'liverpool'
order by year
