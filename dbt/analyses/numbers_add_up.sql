-- Group: recommendations
-- Question: Do the numbers of followed-up recommendations add up?
-- Here: Inspections for which a document gives a total and its parts, side by side.
-- Not said: Which number is wrong: no document says so. The recommendations themselves are not in the log.
select
    visit_id,
    max(stated_count) filter (where judgement_code is null) as stated_total,
    sum(stated_count) filter (where judgement_code is not null) as sum_of_parts,
    sum(stated_count) filter (where judgement_code is not null)
    - max(stated_count) filter (where judgement_code is null) as difference
from {{ ref('report_reconciliations') }}
where scale = 'hmip_follow_up' and comparison = 'exactly'
group by visit_id
having
    count(*) filter (where judgement_code is null) = 1
    and bool_or(judgement_code = 'achieved')
    and bool_or(judgement_code = 'not_achieved')
order by visit_id
