-- Group: publication
-- Question: Which inspections never led to a published report?
-- Here: Drafts withdrawn and reports that are not to be published, where the log has no publication.
-- Not said: No publication in the log alone does not mean that there was none: only a source that says so counts here.
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
