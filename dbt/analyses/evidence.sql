-- Group: trust
-- Question: Which paragraphs stand behind a number?
-- Here: Every event in the log about recommendation 1.43.
-- Not said: Retracted events would be listed too, with `is_live` false.
select
    event_type,
    paragraph,
    is_live,
    substr(text, 1, 60) as beginning
from evidence_for('elmley-2022-1.43')
order by occurred_on, event_type, paragraph
