-- Group: recommendations
-- Question: What share made reasonable progress or better, by area and year?
-- Here: Each share with its denominator, one scale per row.
-- Not said: A share of one judgement is no trend. The two scales define reasonable progress differently. Scales that do not say which of their levels are reasonable have no share.
select
    scale,
    area,
    cast(extract(year from judged_on) as integer) as year,
    count(*) as judged,
    count(*) filter (where is_reasonable_or_better) as reasonable_or_better,
    round(100.0 * count(*) filter (where is_reasonable_or_better) / count(*), 1) as share
from {{ ref('fct_progress_judgements') }}
where is_counted and is_reasonable_or_better is not null
group by scale, area, year
order by scale, area, year
