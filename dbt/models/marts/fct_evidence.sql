with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'evidence_cited' and is_live

),

-- The document that states a fact now. One that stated it first and was corrected by another is
-- evidence beside it: whichever of the two was entered first, the sources are the same.
own_documents as (

    select
        versions.statement_id,
        versions.document_id

    from {{ ref('int_log') }} as versions
    semi join logged_events
        on versions.statement_id = logged_events.about_event_id
    where versions.is_live

),

evidence as (

    select
        logged_events.event_id,
        logged_events.about_event_id,
        logged_events.establishment_id,
        logged_events.stance,
        logged_events.text,
        logged_events.occurred_on as cited_on,
        logged_events.occurred_precision,
        logged_events.document_id,
        logged_events.paragraph

    from logged_events
    -- No document is another source of what it states itself.
    anti join own_documents
        on
            logged_events.about_event_id = own_documents.statement_id
            and logged_events.document_id = own_documents.document_id

)

select * from evidence
