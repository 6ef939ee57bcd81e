with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'outcomes_judged' and known_from is not null

),

visit_versions as (

    select * from {{ ref('int_visit_versions') }}

),

outcome_events as (

    select
        logged_events.event_id,
        concat_ws(
            chr(31),
            visit_versions.establishment_id,
            coalesce(logged_events.unit, ''),
            logged_events.healthy_prison_test
        ) as entity_id,
        visit_versions.establishment_id,
        logged_events.unit,
        logged_events.healthy_prison_test,
        logged_events.outcome,
        logged_events.occurred_on,
        logged_events.recorded_at,

        greatest(logged_events.known_from, visit_versions.known_from) as known_from,
        least(logged_events.known_to, visit_versions.known_to) as known_to

    from logged_events
    inner join visit_versions
        on logged_events.visit_id = visit_versions.visit_id
    where logged_events.occurred_on is not null

),

overlapping_events as (

    select *
    from outcome_events
    where known_to is null or known_from < known_to

)

select * from overlapping_events
