with

live_visits as (

    select * from {{ ref('int_live_visits') }}

),

visit_versions as (

    select
        visit_id,
        event_id,
        establishment_id,
        known_from,
        known_to

    from live_visits

)

select * from visit_versions
