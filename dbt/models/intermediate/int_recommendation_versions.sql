with

live_recommendations as (

    select * from {{ ref('int_live_recommendations') }}

),

visit_versions as (

    select * from {{ ref('int_visit_versions') }}

),

event_rows as (

    select
        row_id,
        occurred_on

    from {{ ref('int_event_rows') }}
    where event_type = 'recommendations_made'

),

recommendation_versions as (

    select
        live_recommendations.recommendation_id,
        live_recommendations.event_id,
        live_recommendations.visit_id,
        visit_versions.establishment_id,
        event_rows.occurred_on as made_on,

        greatest(live_recommendations.known_from, visit_versions.known_from) as known_from,
        least(live_recommendations.known_to, visit_versions.known_to) as known_to

    from live_recommendations
    inner join event_rows
        on live_recommendations.row_id = event_rows.row_id
    inner join visit_versions
        on live_recommendations.visit_id = visit_versions.visit_id

),

overlapping_versions as (

    select *
    from recommendation_versions
    where known_to is null or known_from < known_to

)

select * from overlapping_versions
