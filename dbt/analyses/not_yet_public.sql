-- Group: publication
-- Question: Which visits had taken place and were not public on a day?
-- Here: Visits whose report was certainly or possibly not public yet on 1 March 2024.
-- Not said: For most visits in the log, the day of publication is not known. They are left out here; `publicity_on` calls them unknown.
select
    publicity.visit_id,
    publicity.held_on,
    publicity.publicity,
    publicity.public_not_before,
    publicity.public_by
from publicity_on(date '2024-03-01') as publicity
where publicity.publicity in ('not yet public', 'perhaps public')
order by publicity.held_on, publicity.visit_id
