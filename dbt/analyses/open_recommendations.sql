-- Group: recommendations
-- Question: Which recommendations were open at a prison on a day, and what was known of it then?
-- Here: Each recommendation to Elmley with its status on 31 December 2022, and whether this log knew of it on 1 January 2026.
-- Not said: A status is the last statement by inspectors or those responsible, not the state of the prison. The report of 2022 is not in the log. The list has the eleven of its recommendations that the review of 2023 followed up.
select
    status.recommendation_id,
    status.recommendation_status,
    status.valid_from,
    (
        select count(*)
        from recommendation_status_as_of(date '2022-12-31', timestamp '2026-01-01') as known_then
        where known_then.recommendation_id = status.recommendation_id
    ) as known_on_1_january_2026
from recommendation_status_as_of(date '2022-12-31', null) as status
where status.establishment_id = 'elmley'
order by status.recommendation_id
