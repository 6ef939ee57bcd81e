-- Group: outcomes
-- Question: How old is each last outcome, and how many are under two years old?
-- Here: On 1 January 2026, by test.
-- Not said: An inspection that the log lacks makes an outcome look older than it is.
select
    test_group,
    count(*) as outcomes,
    count(*) filter (where date '2026-01-01' - judged_on < 731) as under_two_years,
    median(date '2026-01-01' - judged_on) as median_days,
    max(date '2026-01-01' - judged_on) as oldest_days
from {{ ref('fct_outcomes') }}
where is_latest and scale = 'hmip_outcome'
group by test_group
order by test_group
