-- Group: trust
-- Question: Who states what the log holds?
-- Here: Outcomes by the body whose document states them, and how many a second document confirms or disputes.
-- Not said: The page of another body may quote the inspectorate. The body here is the one whose page it is.
select
    case when documents.body = 'hmip' then 'the inspectorate' else 'others' end as stated_by,
    count(*) as outcomes,
    count(*) filter (where outcomes.sources_confirming > 0) as confirmed,
    count(*) filter (where outcomes.sources_disputing > 0) as disputed
from {{ ref('fct_outcomes') }} as outcomes
left join {{ ref('dim_documents') }} as documents
    on outcomes.document_id = documents.document_id
group by stated_by
order by stated_by
