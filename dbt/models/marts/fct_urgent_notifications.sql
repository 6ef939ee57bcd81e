with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'urgent_notifications_issued' and is_live

),

urgent_notifications as (

    select
        event_id,
        visit_id,
        establishment_id,
        addressed_to,
        text,
        occurred_on as issued_on,
        occurred_precision,
        document_id,
        paragraph

    from logged_events

)

select * from urgent_notifications
