-- Group: outcomes
-- Question: How did a test stand on each past day?
-- Here: Safety at Bristol on 1 January of each year, by the last outcome before that day.
-- Not said: Whether the outcome was public on that day: for that, ask `outcomes_as_published`.
select
    days.day,
    outcomes.outcome_code,
    outcomes.event_id
from (
    select cast(make_date(years.year, 1, 1) as date) as day
    from range(2014, 2027) as years (year)
) as days
left join lateral (
    select *
    from outcomes_as_of(days.day, null)
    where establishment_id = 'bristol' and healthy_prison_test = 'safety' and unit is null
) as outcomes on true
order by days.day
