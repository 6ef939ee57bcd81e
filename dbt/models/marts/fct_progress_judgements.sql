with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'progress_judged' and is_live

),

judgement_levels as (

    select * from {{ ref('judgement_levels') }}

),

recommendations as (

    select * from {{ ref('dim_recommendations') }}

),

establishments as (

    select * from {{ ref('dim_establishments') }}

),

visits as (

    select
        visit_id,
        bodies

    from {{ ref('dim_visits') }}

),

sources as (

    {{ sources_of_facts() }}

),

ranked_judgements as (

    select
        *,

        row_number() over (
            partition by visit_id, recommendation_id, scale
            order by {{ latest_first() }}
        ) as place

    from logged_events

),

judgements as (

    select
        ranked_judgements.event_id,
        ranked_judgements.visit_id,
        ranked_judgements.recommendation_id,
        ranked_judgements.establishment_id,
        establishments.establishment_version_id,
        recommendations.area,
        recommendations.kind,

        ranked_judgements.scale,
        ranked_judgements.judgement as judgement_code,
        judgement_levels.label as judgement_label,
        judgement_levels.rank as judgement_rank,
        judgement_levels.is_reasonable_or_better,

        recommendations.is_counted,
        coalesce(ranked_judgements.bodies, visits.bodies) as bodies,
        coalesce(sources.sources_confirming, 0) as sources_confirming,
        coalesce(sources.sources_disputing, 0) as sources_disputing,

        ranked_judgements.occurred_on as judged_on,
        ranked_judgements.occurred_precision,
        ranked_judgements.recorded_at,
        ranked_judgements.document_id,
        ranked_judgements.paragraph,

        publicity.public_not_before,
        publicity.public_by,
        publicity.public_basis

    from ranked_judgements
    inner join judgement_levels
        on
            ranked_judgements.scale = judgement_levels.scale
            and ranked_judgements.judgement = judgement_levels.code
    inner join recommendations
        on ranked_judgements.recommendation_id = recommendations.recommendation_id
    left join visits
        on ranked_judgements.visit_id = visits.visit_id
    left join sources
        on ranked_judgements.statement_id = sources.about_event_id
    left join {{ ref('int_event_publicity') }} as publicity
        on ranked_judgements.row_id = publicity.row_id
    left join establishments
        on
            ranked_judgements.establishment_id = establishments.establishment_id
            and {{ holds_on('establishments', 'ranked_judgements.occurred_on') }}
    where ranked_judgements.place = 1

)

select * from judgements
