-- Question: What did the public know of a prison on a day?
-- Here: Liverpool's outcomes as of 30 September 2017, after the visit: what the log answers, and the day from which the public could know it.
-- Not said: Until that day the last outcomes that were public were those of 2015, whose report has no day of publication in the log: nothing is known of it, which is not the same as nothing being public.
select
    held.healthy_prison_test,
    held.outcome_code,
    outcomes.judged_on,
    outcomes.public_by,
    (
        select count(*)
        from outcomes_as_published('2018-01-18', '2018-01-18', null) as shown
        where shown.event_id = held.event_id
    ) as public_on_18_january_2018
from outcomes_as_of('2017-09-30', null) as held
inner join {{ ref('fct_outcomes') }} as outcomes
    on held.event_id = outcomes.event_id
where held.establishment_id = 'liverpool'
order by held.healthy_prison_test
