-- Group: coverage
-- Question: How many prisons were in use on a day, and how many of them had an outcome in the log?
-- Here: Counts at least and at most, because the register gives few opening days and only some closing days.
-- Not said: The register covers England and Wales. The two counts differ by the prisons whose opening or closing no source dates.
select
    days.day,
    count(*) filter (where coverage.is_in_use) as in_use_at_least,
    count(*) filter (where coverage.may_be_in_use) as in_use_at_most,
    count(*) filter (where coverage.is_in_use and coverage.has_outcomes) as with_an_outcome
from (
    values (date '2010-01-01'), (date '2015-01-01'), (date '2020-01-01'), (date '2025-01-01')
) as days (day)
cross join lateral (select * from register_coverage_as_of(days.day)) as coverage
group by days.day
order by days.day
