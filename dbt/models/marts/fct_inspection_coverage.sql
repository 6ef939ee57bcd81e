with

visits as (

    -- Of a visit to several establishments each was visited.
    select
        visit_establishments.establishment_id,
        visits.visit_type,
        coalesce(visits.is_full_inspection, false) as is_full_inspection,
        cast(extract(year from visits.held_on) as integer) as year

    from {{ ref('bridge_visit_establishments') }} as visit_establishments
    inner join {{ ref('dim_visits') }} as visits
        on visit_establishments.visit_id = visits.visit_id
    where visits.held_on is not null

),

last_year as (

    select max(year) as year from visits

),

first_years as (

    select
        establishment_id,
        min(year) as year

    from visits
    group by establishment_id

),

establishment_years as (

    select
        first_years.establishment_id,
        {{ each_number('first_years.year', 'last_year.year') }} as year

    from first_years
    cross join last_year

),

counted_years as (

    select
        establishment_years.establishment_id,
        establishment_years.year,
        count(visits.visit_type) filter (where visits.is_full_inspection) as full_inspections,
        count(visits.visit_type) filter (where not visits.is_full_inspection) as other_visits

    from establishment_years
    left join visits
        on
            establishment_years.establishment_id = visits.establishment_id
            and establishment_years.year = visits.year
    group by establishment_years.establishment_id, establishment_years.year

),

coverage as (

    select
        establishment_id,
        year,

        case
            when full_inspections > 0 then 'inspected'
            when other_visits > 0 then 'reviewed_only'
            else 'not_visited'
        end as coverage,
        full_inspections,
        other_visits,

        max(case when full_inspections > 0 then year end) over years_so_far
            as last_inspected_year,
        year - max(case when full_inspections > 0 then year end) over years_so_far
            as years_since_inspection

    from counted_years

    window years_so_far as (
        partition by establishment_id
        order by year
        rows between unbounded preceding and current row
    )

)

select * from coverage
