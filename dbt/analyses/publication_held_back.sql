-- Question: Which reports had ministers received and not published on a day?
-- Here: Reports received and unpublished on 7 February 1997, as a minister told Parliament.
-- Not said: Whether they came out later: most have no day of publication in the log. A step makes nothing public.
select
    steps.establishment_id,
    steps.visit_id,
    steps.done_by,
    steps.text
from {{ ref('events') }} as steps
where
    steps.event_type = 'report_steps_taken'
    and steps.is_live
    and steps.step = 'received_not_yet_published'
    and steps.occurred_on = '1997-02-07'
order by steps.establishment_id
