-- Group: trust
-- Question: Which facts do sources dispute?
-- Here: Each fact in the log that another document disputes, with that document's words.
-- Not said: The first source stays the fact. Nobody has decided who is right.
select
    about_event_id,
    document_id,
    text
from {{ ref('fct_evidence') }}
where stance = 'disputes'
order by about_event_id, document_id
