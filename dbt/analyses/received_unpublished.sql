-- Group: publication
-- Question: Which reports had ministers received and not published on a day?
-- Here: On 7 February 1997, as a minister answered in Parliament.
-- Not said: The answer names prisons, not visits. What became of each report is not in the log.
select
    establishment_id,
    text,
    document_id
from {{ ref('events') }}
where
    event_type = 'report_steps_taken'
    and step = 'received_not_yet_published'
    and occurred_on = date '1997-02-07'
    and is_live
order by establishment_id
