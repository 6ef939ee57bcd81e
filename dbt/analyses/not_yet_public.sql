-- Group: publication
-- Question: Which visits had taken place and were not public on a day?
-- Here: On 1 March 2024: visits that were certainly or perhaps not public yet.
-- Not said: Of most visits of the log no day of publication is known; they are left out here, and `publicity_on` calls them unknown.
select
    publicity.visit_id,
    publicity.held_on,
    publicity.publicity,
    publicity.public_not_before,
    publicity.public_by
from publicity_on(date '2024-03-01') as publicity
where publicity.publicity in ('not yet public', 'perhaps public')
order by publicity.held_on, publicity.visit_id
