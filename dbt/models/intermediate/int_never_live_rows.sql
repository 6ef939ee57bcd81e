with

accepted_rows as (

    select * from {{ ref('int_accepted_rows') }}

),

live_periods as (

    {{ union_by_name(level_models('int_live_')) }}

),

visit_periods as (

    select * from {{ ref('int_visit_periods') }}

),

recommendation_periods as (

    select * from {{ ref('int_recommendation_periods') }}

),

visits as (

    select
        visit_id,
        establishment_id

    from visit_periods
    group by visit_id, establishment_id

),

recommendations as (

    select
        recommendation_id,
        establishment_id

    from recommendation_periods
    group by recommendation_id, establishment_id

),

never_live_rows as (

    select
        accepted_rows.row_id,
        accepted_rows.event_type,
        coalesce(
            accepted_rows.establishment_id,
            visits.establishment_id,
            recommendations.establishment_id
        ) as establishment_id

    from accepted_rows
    anti join live_periods
        on accepted_rows.row_id = live_periods.row_id
    left join visits
        on accepted_rows.visit_id = visits.visit_id
    left join recommendations
        on accepted_rows.recommendation_id = recommendations.recommendation_id

)

select * from never_live_rows
