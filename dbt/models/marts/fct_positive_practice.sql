with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'practice_noted' and is_live

),

documents as (

    select * from {{ ref('dim_documents') }}

),

positive_practice as (

    select
        logged_events.event_id,
        logged_events.visit_id,
        logged_events.establishment_id,
        logged_events.area,
        logged_events.text,
        documents.wording = 'verbatim' as is_verbatim,
        logged_events.occurred_on as observed_on,
        logged_events.occurred_precision,
        logged_events.document_id,
        logged_events.paragraph

    from logged_events
    left join documents
        on logged_events.document_id = documents.document_id

)

select * from positive_practice
