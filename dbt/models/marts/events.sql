with

logged_events as (

    select
        logged.event_id,
        logged.event_type,
        logged.establishment_id,
        logged.visit_id,
        logged.recommendation_id,
        logged.occurred_on,
        logged.occurred_precision,
        logged.recorded_at,
        logged.document_id,
        logged.paragraph,
        logged.text,
        logged.corrects_event_id,
        logged.known_from,
        logged.known_to,
        logged.is_live,
        logged.file_name,
        logged.line_number,
        logged.statement_id,
        logged.target_event_id,
        logged.event_digest,
        {# Every payload column that is declared, whatever type it belongs to. -#}
        logged.{{ payload_of_all_types(
            but_for=['establishment_id', 'visit_id', 'recommendation_id', 'text']
        ) | join(',\n        logged.') }},
        publicity.public_not_before,
        publicity.public_by,
        publicity.public_basis

    from {{ ref('int_log') }} as logged
    left join {{ ref('int_event_publicity') }} as publicity
        on logged.row_id = publicity.row_id

)

select * from logged_events
