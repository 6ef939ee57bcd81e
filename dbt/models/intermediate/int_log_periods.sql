with

accepted_rows as (

    select * from {{ ref('int_accepted_rows') }}

),

live_visits as (

    select * from {{ ref('int_live_visits') }}

),

live_recommendations as (

    select * from {{ ref('int_live_recommendations') }}

),

live_periods as (

    {{ union_by_name(live_models()) }}

),

-- An event belongs to the establishment of its visit as that was last known.
visits as (

    select
        visit_id,
        max_by(establishment_id, known_from) as establishment_id

    from live_visits
    group by visit_id

),

recommendations as (

    select
        recommendation_id,
        max_by(visit_id, known_from) as visit_id

    from live_recommendations
    group by recommendation_id

),

log_periods as (

    select
        accepted_rows.row_id,
        accepted_rows.event_type,

        coalesce(
            accepted_rows.establishment_id,
            visits.establishment_id,
            recommendation_visits.establishment_id
        ) as establishment_id,

        live_periods.known_from,
        live_periods.known_to,
        live_periods.known_from is not null and live_periods.known_to is null as is_live

    from accepted_rows
    left join live_periods
        on accepted_rows.row_id = live_periods.row_id
    left join visits
        on accepted_rows.visit_id = visits.visit_id
    left join recommendations
        on accepted_rows.recommendation_id = recommendations.recommendation_id
    left join visits as recommendation_visits
        on recommendations.visit_id = recommendation_visits.visit_id

)

select * from log_periods
