with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'visits_held' and is_live

),

reports_published as (

    select *
    from {{ ref('int_log') }}
    where
        event_type = 'reports_published'
        and is_live
        -- Letters, plans and pages are published too, and reports are withdrawn.
        and coalesce(what, 'report') = 'report'

),

visit_types as (

    select * from {{ ref('visit_types') }}

),

establishments as (

    select * from {{ ref('dim_establishments') }}

),

ranked_reports as (

    select
        visit_id,
        -- A page may say of a report that the log does not hold when it became public.
        coalesce(published_document_id, case when what is null then document_id end)
            as document_id,
        title,
        coalesce(published_on, case when occurred_precision = 'day' then occurred_on end)
            as published_on,

        row_number() over (
            partition by visit_id
            order by {{ latest_first() }}
        ) as place

    from reports_published

),

sources as (

    {{ sources_of_facts() }}

),

judged_scales as (

    select
        visit_id,
        coalesce(scale, 'hmip_outcome') as scale

    from {{ ref('int_log') }}
    where event_type in ('outcomes_judged', 'outcome_bounds_stated') and is_live

    union

    select
        visit_id,
        scale

    from {{ ref('int_log') }}
    where event_type in ('progress_judged', 'totals_stated') and is_live

),

visit_bodies as (

    select
        judged_scales.visit_id,
        levels.body

    from judged_scales
    inner join {{ ref('judgement_levels') }} as levels
        on judged_scales.scale = levels.scale
    where levels.body is not null

    union

    select
        logged_events.visit_id,
        visit_types.body

    from logged_events
    inner join visit_types
        on logged_events.visit_type = visit_types.visit_type
    where visit_types.body is not null

),

derived_bodies as (

    select
        visit_id,
        {{ joined_texts('body', '|', 'body') }} as derived_bodies

    from visit_bodies
    group by visit_id

),

visits as (

    select
        logged_events.visit_id,
        logged_events.establishment_id,
        establishments.establishment_version_id,

        logged_events.visit_type,
        visit_types.name as visit_type_name,
        visit_types.gives_outcomes,
        visit_types.gives_progress_judgements,
        visit_types.is_full_inspection,

        logged_events.occurred_on as held_on,
        logged_events.occurred_precision,
        logged_events.started_on,
        logged_events.ended_on,
        logged_events.is_announced,
        logged_events.bodies,
        derived_bodies.derived_bodies,
        logged_events.establishment_ids_also,
        logged_events.follows_visit_id,

        ranked_reports.document_id as report_document_id,
        ranked_reports.title as report_title,
        ranked_reports.published_on as report_published_on,

        coalesce(sources.sources_confirming, 0) as sources_confirming,
        coalesce(sources.sources_disputing, 0) as sources_disputing,

        logged_events.event_id,
        logged_events.document_id,
        logged_events.paragraph,

        publicity.public_not_before,
        publicity.public_by,
        publicity.public_basis

    from logged_events
    inner join visit_types
        on logged_events.visit_type = visit_types.visit_type
    left join {{ ref('int_event_publicity') }} as publicity
        on logged_events.row_id = publicity.row_id
    left join establishments
        on
            logged_events.establishment_id = establishments.establishment_id
            and {{ holds_on('establishments', 'logged_events.occurred_on') }}
    left join derived_bodies
        on logged_events.visit_id = derived_bodies.visit_id
    left join sources
        on logged_events.statement_id = sources.about_event_id
    left join ranked_reports
        on
            logged_events.visit_id = ranked_reports.visit_id
            and ranked_reports.place = 1

)

select * from visits
