-- Group: outcomes
-- Question: Which tests have been below reasonably good at three inspections running?
-- Here: The last three outcomes in the log of a prison and test, whatever the test was called.
-- Not said: The three follow one another in the log. An inspection in between may be missing.
with placed as (
    select
        *,
        row_number() over (
            partition by establishment_id, unit, scale, test_group
            order by judged_on desc, event_id desc
        ) as place
    from {{ ref('fct_outcomes') }}
    where judged_on is not null and scale = 'hmip_outcome'
)
select
    establishment_id,
    unit,
    test_group,
    string_agg(outcome_code, ', ' order by judged_on) as outcomes
from placed
where place <= 3
group by establishment_id, unit, test_group
having count(*) = 3 and max(outcome_rank) <= 2
order by establishment_id, unit, test_group
