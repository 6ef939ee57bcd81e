-- Question: How long until a report is out, and was it in time?
-- Here: Reports by type of visit and decade of the visit: the days from its last day, where both days are known, and how many met the target that stood then.
-- Not said: A lag needs the last day of the visit and the day of publication; of a month there are only bounds, which mostly cannot say whether a target was met. No source says how long the target of 1997 stood.
select
    reports.visit_type,
    10 * (year(reports.held_on) // 10) as decade,
    count(*) as reports,
    count(reports.lag_days) as with_lag,
    min(reports.lag_days) as shortest,
    median(reports.lag_days) as median,
    max(reports.lag_days) as longest,
    count(*) filter (where reports.is_in_time) as in_time,
    count(*) filter (where not reports.is_in_time) as late
from {{ ref('fct_publications') }} as reports
where reports.what = 'report' and reports.public_by is not null and reports.held_on is not null
group by reports.visit_type, decade
order by reports.visit_type, decade
