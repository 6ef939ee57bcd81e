-- When each document was public, by any of its publications.
with

boxes as (

    select *
    from {{ ref('int_publication_boxes') }}
    where document_id is not null

),

{{ united_boxes('document_boxes', 'boxes', 'document_id') }}

select * from document_boxes
