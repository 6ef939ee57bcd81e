with

visits as (

    -- Of a visit to several establishments each was visited.
    select
        visit_establishments.establishment_id,
        visits.visit_type,
        visits.is_full_inspection,
        cast(extract(year from visits.held_on) as integer) as year

    from {{ ref('bridge_visit_establishments') }} as visit_establishments
    inner join {{ ref('dim_visits') }} as visits
        on visit_establishments.visit_id = visits.visit_id
    where visits.held_on is not null

),

last_year as (

    select max(year) as year from visits

),

visited_years as (

    select
        establishment_id,
        min(year) as first_year,
        max(year) as last_year

    from visits
    group by establishment_id

),

described_closings as (

    select
        establishment_id,
        max(cast(extract(year from valid_from) as integer)) as year

    from {{ ref('dim_establishments') }}
    where status is not null
    group by establishment_id
    having max_by(status, valid_from) = 'closed'

),

registered_closings as (

    select
        entries.establishment_id,
        max(cast(substr(register.closed_on, 1, 4) as integer)) as year

    from {{ ref('bridge_establishment_register_entries') }} as entries
    inner join {{ ref('dim_prison_register') }} as register
        on entries.register_id = register.register_id
    group by entries.establishment_id
    having count(*) = count(register.closed_on)

),

-- A prison that has closed is not one that nobody visits. A visit after the day of closing keeps
-- its year: one of the two days is wrong, and the visit is still counted.
establishment_spans as (

    select
        visited_years.establishment_id,
        visited_years.first_year,
        case
            when coalesce(described_closings.year, registered_closings.year) is null
                then last_year.year
            when
                coalesce(described_closings.year, registered_closings.year)
                > visited_years.last_year
                then least(
                    coalesce(described_closings.year, registered_closings.year),
                    last_year.year
                )
            else visited_years.last_year
        end as last_year

    from visited_years
    cross join last_year
    left join described_closings
        on visited_years.establishment_id = described_closings.establishment_id
    left join registered_closings
        on visited_years.establishment_id = registered_closings.establishment_id

),

establishment_years as (

    select
        establishment_id,
        {{ each_number('first_year', 'last_year') }} as year

    from establishment_spans

),

counted_years as (

    select
        establishment_years.establishment_id,
        establishment_years.year,
        count(visits.visit_type) filter (where visits.is_full_inspection) as full_inspections,
        count(visits.visit_type)
        filter (where not coalesce(visits.is_full_inspection, false)) as other_visits,
        count(visits.visit_type)
        filter (where visits.is_full_inspection is null) as visits_of_unknown_type

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
            when visits_of_unknown_type > 0 then 'inspected_type_unknown'
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
