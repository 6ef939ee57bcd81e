-- Group: publication
-- Question: Which inspections never led to a published report?
-- Here: Visits whose draft report was withdrawn or whose report was not to be published, and that have no publication in the log.
-- Not said: A visit without a publication in the log may still have a published report. Only withdrawn drafts and decisions not to publish are listed.
select
    steps.visit_id,
    steps.step,
    steps.done_by,
    steps.text
from {{ ref('events') }} as steps
anti join {{ ref('fct_publications') }} as publications
    on steps.visit_id = publications.visit_id and publications.what = 'report'
where
    steps.step in ('draft_report_withdrawn', 'not_to_be_published')
    and steps.is_live
order by steps.visit_id
