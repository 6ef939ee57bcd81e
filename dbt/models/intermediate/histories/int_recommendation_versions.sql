with

live_recommendations as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'recommendations_made' and known_from is not null

),

live_visits as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'visits_held' and known_from is not null

),

recommendation_versions as (

    select
        live_recommendations.recommendation_id,
        live_recommendations.event_id,
        live_recommendations.visit_id,
        live_visits.establishment_id,
        live_recommendations.occurred_on as made_on,

        greatest(live_recommendations.known_from, live_visits.known_from) as known_from,
        least(live_recommendations.known_to, live_visits.known_to) as known_to

    from live_recommendations
    inner join live_visits
        on live_recommendations.visit_id = live_visits.visit_id

),

overlapping_versions as (

    select *
    from recommendation_versions
    where known_to is null or known_from < known_to

)

select * from overlapping_versions
