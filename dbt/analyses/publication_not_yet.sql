-- Question: Which inspections had taken place on a day, and were not public yet?
-- Here: As of 1 March 2024, by what is known now.
-- Not said: Reports without a day are unknown, and most are. This is for reading: a model of that day must not know that a report was still to come.
select
    visits.visit_id,
    visits.visit_type,
    visits.held_on,
    visits.publicity,
    visits.public_not_before,
    visits.public_by
from publicity_on('2024-03-01') as visits
where visits.publicity in ('not yet public', 'perhaps public')
order by visits.held_on, visits.visit_id
