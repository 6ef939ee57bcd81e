-- Group: publication
-- Question: What could the public know of a prison on a day?
-- Here: Liverpool on 18 and 19 January 2018: the report on the visit of September 2017 came out on the 19th.
-- Not said: Outcomes without a known day of publication are left out: nothing says that they were public.
select
    days.published_by,
    outcomes.healthy_prison_test,
    outcomes.outcome_code,
    outcomes.judged_on,
    outcomes.public_since
from (values (date '2018-01-18'), (date '2018-01-19')) as days (published_by)
left join lateral (
    select *
    from outcomes_as_published(days.published_by, days.published_by, null)
    where establishment_id = 'liverpool'
) as outcomes on true
order by days.published_by, outcomes.healthy_prison_test
