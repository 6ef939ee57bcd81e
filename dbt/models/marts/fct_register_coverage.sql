with

entries as (

    select * from {{ ref('dim_prison_register') }}

),

establishments as (

    select
        register_id,
        establishment_id

    from {{ ref('bridge_establishment_register_entries') }}

),

visits as (

    select
        visit_establishments.establishment_id,
        visits.visit_id,
        visits.held_on,
        visits.is_full_inspection

    from {{ ref('bridge_visit_establishments') }} as visit_establishments
    inner join {{ ref('dim_visits') }} as visits
        on visit_establishments.visit_id = visits.visit_id

),

outcomes as (

    select
        establishment_id,
        count(*) as outcomes

    from {{ ref('fct_outcomes') }}
    group by establishment_id

),

register_coverage as (

    select
        entries.register_id,
        min(establishments.establishment_id) as establishment_id,
        entries.name,
        entries.country,
        entries.is_in_use,

        count(establishments.establishment_id) > 0 as is_in_log,
        count(distinct visits.visit_id) as visits,
        count(distinct visits.visit_id) filter (where visits.is_full_inspection)
            as full_inspections,
        max(visits.held_on) as last_visited_on,
        max(visits.held_on) filter (where visits.is_full_inspection) as last_inspected_on,
        coalesce(max(outcomes.outcomes), 0) > 0 as has_outcomes

    from entries
    left join establishments
        on entries.register_id = establishments.register_id
    left join visits
        on establishments.establishment_id = visits.establishment_id
    left join outcomes
        on establishments.establishment_id = outcomes.establishment_id
    group by
        entries.register_id,
        entries.name,
        entries.country,
        entries.is_in_use

)

select * from register_coverage
