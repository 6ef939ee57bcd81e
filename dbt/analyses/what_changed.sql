-- Group: trust
-- Question: What changed between two publications, and why?
-- Here: Days of visits that changed in the log when contradicting sources were entered.
-- Not said: The source: the event of each row leads to its document. To see the state before, ask with an earlier instant.
select
    changed.change,
    changed.subject,
    changed.column_name,
    changed.old_value,
    changed.new_value,
    changed.event_id
from what_changed(timestamp '2026-11-25 06:27:00', timestamp '2026-11-25 06:28:00') as changed
where changed.change = 'changed' and changed.column_name in ('occurred_on', 'occurred_precision')
order by changed.subject, changed.column_name
