with

logged_events as (

    select
        event_id,
        event_type,
        establishment_id,
        visit_id,
        recommendation_id,
        occurred_on,
        occurred_precision,
        recorded_at,
        document_id,
        paragraph,
        text,
        corrects_event_id,
        known_from,
        known_to,
        is_live,
        file_name,
        line_number,
        statement_id,
        target_event_id,
        event_digest,
        {# Every payload column that is declared, whatever type it belongs to. -#}
        {{ payload_of_all_types(
            but_for=['establishment_id', 'visit_id', 'recommendation_id', 'text']
        ) | join(',\n        ') }}

    from {{ ref('int_log') }}

)

select * from logged_events
