with

event_rows as (

    select * from {{ ref('int_event_rows') }}

),

documents as (

    select * from {{ source('event_documents', 'documents') }}

),

document_paragraphs as (

    select * from {{ source('event_documents', 'document_paragraphs') }}

),

documents_with_text as (

    select document_id
    from document_paragraphs
    group by document_id

),

citable_paragraphs as (

    select
        document_id,
        paragraph

    from document_paragraphs
    group by document_id, paragraph

),

-- `2.4|2.35` or `2.4–2.6` name several places, each of which must exist.
unknown_parts as (

    select distinct cited_places.row_id

    from (
        select
            row_id,
            document_id,
            {{ each_part('paragraph', '[|–-]') }} as place

        from event_rows
        where {{ matches('paragraph', '[|–-]') }}
    ) as cited_places
    left join citable_paragraphs
        on
            cited_places.document_id = citable_paragraphs.document_id
            and trim(cited_places.place) = citable_paragraphs.paragraph
    where citable_paragraphs.document_id is null

),

cited_rows as (

    select
        event_rows.row_id,
        event_rows.document_id,
        event_rows.paragraph,
        event_rows.fault_column,
        event_rows.fault_value,
        event_rows.fault_reason,

        event_rows.document_id is not null
        and documents.document_id is null as has_unknown_document,
        event_rows.paragraph is not null
        and documents_with_text.document_id is not null
        and citable_paragraphs.document_id is null
        and (
            not {{ matches('event_rows.paragraph', '[|–-]') }}
            or unknown_parts.row_id is not null
        ) as has_unknown_paragraph

    from event_rows
    left join documents
        on event_rows.document_id = documents.document_id
    left join documents_with_text
        on event_rows.document_id = documents_with_text.document_id
    left join citable_paragraphs
        on
            event_rows.document_id = citable_paragraphs.document_id
            and event_rows.paragraph = citable_paragraphs.paragraph
    left join unknown_parts
        on event_rows.row_id = unknown_parts.row_id

),

faulty_rows as (

    select
        row_id,

        case
            when fault_column is not null then fault_column
            when has_unknown_document then 'document_id'
            else 'paragraph'
        end as column_name,
        case
            when fault_column is not null then fault_value
            when has_unknown_document then document_id
            else paragraph
        end as value,
        case
            when fault_column is not null then fault_reason
            when has_unknown_document
                then
                    'document_id names no document; expected a row of documents.csv: add the'
                    || ' document there, or correct the id'
            else
                'paragraph does not exist in the text of ' || document_id
                || '; expected a paragraph of it as printed, or the label of a section, figure'
                || ' or appendix'
        end as reason

    from cited_rows
    where fault_column is not null or has_unknown_document or has_unknown_paragraph

)

select * from faulty_rows
