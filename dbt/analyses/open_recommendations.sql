-- Group: recommendations
-- Question: Which recommendations were open at a prison on a day, and what was known of it then?
-- Here: What had been recommended to Elmley and where each stood on 31 December 2022; beside it, whether this log knew of it on 1 January 2026.
-- Not said: A status is what inspectors or those responsible last said, not what is so in the prison. The report of 2022 itself is not in the log: the review of 2023 followed up eleven of its recommendations, and these are all.
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
