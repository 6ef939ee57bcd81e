-- When each document that an event cites was not known for an edition: one that came out itself, by
-- those who inspect or answer. Of an edition nothing is presumed to have been public before it was.
with

editions as (

    select
        document_id,
        known_from,
        known_to

    from {{ ref('int_publication_history') }}
    where is_edition and document_id is not null

),

followed_editions as (

    select
        document_id,
        known_from,
        max(known_to) over (
            partition by document_id
            order by known_from, known_to
            rows between unbounded preceding and 1 preceding
        ) as known_so_far

    from editions

),

-- Publications change hardly anything in a log that has none.
publications as (

    select count(*) as publication_count
    from {{ ref('int_publication_boxes') }}

),

documents as (

    select event_rows.document_id
    from {{ ref('int_event_rows') }} as event_rows
    cross join publications
    where event_rows.document_id is not null and publications.publication_count > 0
    group by event_rows.document_id

),

edition_ends as (

    select
        document_id,
        max(known_to) as known_to

    from editions
    group by document_id

),

gaps as (

    -- Before the first edition, and between two.
    select
        document_id,
        coalesce(known_so_far, {{ first_instant() }}) as known_from,
        known_from as known_to

    from followed_editions

    union all

    -- After the last, and where there is none.
    select
        documents.document_id,
        coalesce(edition_ends.known_to, {{ first_instant() }}) as known_from,
        {{ last_instant() }} as known_to

    from documents
    left join edition_ends
        on documents.document_id = edition_ends.document_id

)

select *
from gaps
where known_from < known_to
