with

documents as (

    select * from {{ source('event_documents', 'documents') }}

),

document_paragraphs as (

    select * from {{ source('event_documents', 'document_paragraphs') }}

),

counted_documents as (

    select
        documents.document_id,
        documents.title,
        documents.body,
        documents.source_address,
        documents.licence,
        documents.file,
        documents.language,
        documents.wording,
        count(document_paragraphs.paragraph) as paragraph_count

    from documents
    left join document_paragraphs
        on documents.document_id = document_paragraphs.document_id
    group by
        documents.document_id,
        documents.title,
        documents.body,
        documents.source_address,
        documents.licence,
        documents.file,
        documents.language,
        documents.wording

)

select * from counted_documents
