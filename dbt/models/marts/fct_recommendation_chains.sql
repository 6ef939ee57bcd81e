with recursive

recommendations as (

    select * from {{ ref('dim_recommendations') }}

),

visits as (

    -- Of a visit to several establishments each was visited.
    select
        visits.visit_id,
        visit_establishments.establishment_id,
        visits.held_on

    from {{ ref('bridge_visit_establishments') }} as visit_establishments
    inner join {{ ref('dim_visits') }} as visits
        on visit_establishments.visit_id = visits.visit_id

),

current_statuses as (

    select *
    from {{ ref('fct_recommendation_status_periods') }}
    where is_current

),

links as (

    select
        recommendations.recommendation_id,
        recommendations.repeats_recommendation_id,
        repeated.recommendation_id as known_repeated_id

    from recommendations
    left join recommendations as repeated
        on recommendations.repeats_recommendation_id = repeated.recommendation_id

),

-- Only what starts at a first one is walked, so that a circle ends by not being reached.
walked_links as (

    select
        recommendation_id,
        recommendation_id as first_recommendation_id,
        cast(1 as bigint) as link_number

    from links
    where known_repeated_id is null

    union all

    select
        links.recommendation_id,
        walked_links.first_recommendation_id,
        walked_links.link_number + 1 as link_number

    from links
    inner join walked_links
        on links.known_repeated_id = walked_links.recommendation_id

),

chain_members as (

    select
        links.recommendation_id,
        links.repeats_recommendation_id,
        links.known_repeated_id is not null as is_repeated_known,
        walked_links.first_recommendation_id,
        walked_links.link_number,

        max(walked_links.link_number) over (
            partition by walked_links.first_recommendation_id
        ) as times_made

    from links
    left join walked_links
        on links.recommendation_id = walked_links.recommendation_id

),

chains as (

    select
        chain_members.recommendation_id,
        recommendations.establishment_id,

        chain_members.first_recommendation_id,
        chain_members.repeats_recommendation_id,
        case
            when chain_members.repeats_recommendation_id is not null
                then chain_members.is_repeated_known
        end as is_repeated_known,
        chain_members.link_number,
        coalesce(chain_members.times_made, 1) as times_made,

        first_recommendations.made_on as first_made_on,
        recommendations.made_on,
        case
            when first_recommendations.made_on is not null and recommendations.made_on is not null
                then (
                    select count(*)
                    from visits
                    where
                        visits.establishment_id = recommendations.establishment_id
                        and visits.held_on > first_recommendations.made_on
                        and visits.held_on < recommendations.made_on
                        and visits.visit_id <> recommendations.visit_id
                )
        end as visits_between,

        current_statuses.recommendation_status,
        recommendations.event_id

    from chain_members
    inner join recommendations
        on chain_members.recommendation_id = recommendations.recommendation_id
    left join recommendations as first_recommendations
        on chain_members.first_recommendation_id = first_recommendations.recommendation_id
    left join current_statuses
        on chain_members.recommendation_id = current_statuses.recommendation_id
    where chain_members.times_made > 1 or chain_members.repeats_recommendation_id is not null

)

select * from chains
