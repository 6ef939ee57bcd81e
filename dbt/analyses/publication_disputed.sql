-- Question: Which reports have two days of publication, by two sources?
-- Here: The days that their readings leave: for a model such a report is public from the last of them.
-- Not said: Which source is right. A reading that turns out to be wrong is retracted, and the day moves from then on.
select
    reports.visit_id,
    reports.what,
    reports.readings,
    reports.public_not_before,
    reports.public_by,
    reports.lag_days_at_least,
    reports.lag_days_at_most
from {{ ref('fct_publications') }} as reports
where reports.is_disputed
order by reports.visit_id
