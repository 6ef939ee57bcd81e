with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'follow_up_ended' and is_live

),

documents as (

    select * from {{ ref('dim_documents') }}

),

follow_ups_ended as (

    select
        logged_events.event_id,
        logged_events.recommendation_id,
        logged_events.establishment_id,
        logged_events.reason,
        reasons.name as reason_name,
        logged_events.text,
        documents.wording = 'verbatim' as is_verbatim,
        logged_events.occurred_on as ended_on,
        logged_events.occurred_precision,
        logged_events.document_id,
        logged_events.paragraph

    from logged_events
    inner join {{ ref('follow_up_end_reasons') }} as reasons
        on logged_events.reason = reasons.reason
    left join documents
        on logged_events.document_id = documents.document_id

)

select * from follow_ups_ended
