-- Group: trust
-- Question: Which facts do sources dispute?
-- Here: Each fact of the log against which another document speaks, with its words.
-- Not said: The first source stays the fact. Nobody has decided who is right.
select
    about_event_id,
    document_id,
    text
from {{ ref('fct_evidence') }}
where stance = 'disputes'
order by about_event_id, document_id
