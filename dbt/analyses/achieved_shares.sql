-- Group: recommendations
-- Question: What share of earlier recommendations had been achieved?
-- Here: Totals that documents state for recommendations followed up at full inspections, each with the number that was followed up.
-- Not said: The totals are as documents state them. If a document gives no whole, there is no share.
select
    visit_id,
    judgement_code,
    comparison,
    stated_count,
    of_count,
    cast(round(100.0 * stated_count / of_count) as integer) as share
from {{ ref('report_reconciliations') }}
where scale = 'hmip_follow_up' and of_count is not null
order by visit_id, judgement_code
