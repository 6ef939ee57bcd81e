with

recommendations as (

    select * from {{ ref('dim_recommendations') }}

),

visit_establishments as (

    select * from {{ ref('bridge_visit_establishments') }}

),

named_establishments as (

    select
        recommendation_id,
        {{ each_part('establishment_ids', '[|]') }} as establishment_id

    from recommendations
    where establishment_ids is not null

    union all

    select
        recommendations.recommendation_id,
        visit_establishments.establishment_id

    from recommendations
    inner join visit_establishments
        on recommendations.visit_id = visit_establishments.visit_id
    where recommendations.establishment_ids is null

),

recommendation_establishments as (

    select distinct
        recommendation_id,
        trim(establishment_id) as establishment_id

    from named_establishments
    where trim(establishment_id) <> ''

)

select * from recommendation_establishments
