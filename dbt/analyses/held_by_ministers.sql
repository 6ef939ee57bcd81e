-- Group: publication
-- Question: How long did ministers hold a report before it came out?
-- Here: Reports whose day of submission and day of publication are in the log.
-- Not said: How long the inspectorate took before that, from the visit to submission. The days are in `fct_publications` and `events`.
select
    steps.visit_id,
    steps.occurred_on as submitted_on,
    publications.public_by as published_on,
    publications.public_by - steps.occurred_on as days_held
from {{ ref('events') }} as steps
inner join {{ ref('fct_publications') }} as publications
    on steps.visit_id = publications.visit_id and publications.what = 'report'
where steps.step = 'submitted_to_minister' and steps.is_live
order by days_held
