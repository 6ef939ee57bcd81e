-- Where each holder of sources is public by any of them.
with

sources as (

    select * from {{ ref('int_sources') }}

),

common_boxes as (

    select
        sources.holder_id,
        {{ common_box(['sources', 'documents']) }}

    from sources
    inner join {{ ref('int_document_boxes') }} as documents
        on sources.document_id = documents.document_id

    union all

    select
        sources.holder_id,
        {{ common_box(['sources', 'carried']) }}

    from sources
    inner join {{ ref('int_carried_boxes') }} as carried
        on
            sources.visit_id = carried.visit_id
            and sources.event_type = carried.event_type

),

boxes as (

    select *
    from common_boxes
    where {{ is_box() }}

),

{{ united_boxes('source_boxes', 'boxes', 'holder_id') }}

select * from source_boxes
