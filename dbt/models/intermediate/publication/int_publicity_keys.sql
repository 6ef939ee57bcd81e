-- What the publicity of most events hangs on, once for all that share it: their document, their
-- type and their visit. The ids are below nought, where those of rows are not.
with

publications as (

    select count(*) as publication_count
    from {{ ref('int_publication_boxes') }}

),

keys as (

    select
        keyed_rows.document_id,
        keyed_rows.event_type,
        keyed_rows.visit_id

    from {{ ref('int_keyed_rows') }} as keyed_rows
    cross join publications
    where publications.publication_count > 0
    group by keyed_rows.document_id, keyed_rows.event_type, keyed_rows.visit_id

),

numbered_keys as (

    select
        -cast(row_number() over (order by document_id, event_type, visit_id) as bigint)
            as holder_id,
        document_id,
        event_type,
        visit_id

    from keys

)

select * from numbered_keys
