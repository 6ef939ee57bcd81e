with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'recommendations_made' and is_live

),

concerns as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'concerns_raised' and is_live

),

kinds as (

    select * from {{ ref('recommendation_kinds') }}

),

sources as (

    {{ sources_of_facts() }}

),

documents as (

    select * from {{ ref('dim_documents') }}

),

recommendations as (

    select
        logged_events.recommendation_id,
        logged_events.establishment_id,
        logged_events.visit_id,
        logged_events.concern_id,

        logged_events.kind,
        logged_events.body,
        logged_events.area,
        logged_events.reference,
        logged_events.text,
        documents.wording = 'verbatim' as is_verbatim,
        concerns.text as concern_text,
        documents_of_concerns.wording = 'verbatim' as is_concern_verbatim,
        concerns.is_priority,
        logged_events.repeats_recommendation_id,
        logged_events.raised_from_recommendation_id,
        logged_events.addressees,
        logged_events.establishment_ids,
        logged_events.cites,
        kinds.name as kind_name,
        -- A source that names no kind means recommendations.
        coalesce(kinds.is_followed_up, true) as is_followed_up,
        coalesce(kinds.is_counted, true) as is_counted,
        coalesce(sources.sources_confirming, 0) as sources_confirming,
        coalesce(sources.sources_disputing, 0) as sources_disputing,

        logged_events.occurred_on as made_on,
        logged_events.occurred_precision,

        logged_events.event_id,
        logged_events.document_id,
        logged_events.paragraph,

        publicity.public_not_before,
        publicity.public_by,
        publicity.public_basis

    from logged_events
    left join concerns
        on logged_events.concern_id = concerns.concern_id
    left join documents
        on logged_events.document_id = documents.document_id
    left join documents as documents_of_concerns
        on concerns.document_id = documents_of_concerns.document_id
    left join kinds
        on logged_events.kind = kinds.kind
    left join sources
        on logged_events.statement_id = sources.about_event_id
    left join {{ ref('int_event_publicity') }} as publicity
        on logged_events.row_id = publicity.row_id

)

select * from recommendations
