with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'evidence_cited' and is_live

),

evidence as (

    select
        event_id,
        about_event_id,
        establishment_id,
        stance,
        text,
        occurred_on as cited_on,
        occurred_precision,
        document_id,
        paragraph

    from logged_events

)

select * from evidence
