-- Group: publication
-- Question: How long is it from a visit to its report, and was the report in time?
-- Here: Reports by type of visit and decade. The days are counted where the log has both the last day of the visit and the day of publication.
-- Not said: Most reports in the log have no known day of publication. If only a month is known, the lag is a range, and its days are not counted. The targets are in `publication_targets`.
select
    visit_type,
    cast(floor(year(held_on) / 10) * 10 as integer) as decade,
    count(*) as reports,
    count(lag_days) as with_both_days,
    min(lag_days) as shortest,
    median(lag_days) as median_days,
    max(lag_days) as longest,
    count(*) filter (where is_in_time) as in_time,
    count(*) filter (where not is_in_time) as late
from {{ ref('fct_publications') }}
where what = 'report' and held_on is not null
group by visit_type, decade
order by visit_type, decade
