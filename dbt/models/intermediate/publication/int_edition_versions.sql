-- Of subjects and evidence that an edition altered: where each version is the last one. A
-- correction from another edition holds from that edition's publication on, every other version on
-- all days.
with

not_editions as (

    select * from {{ ref('int_documents_not_editions') }}

),

editions as (

    select document_id
    from {{ ref('int_publication_history') }}
    where is_edition
    group by document_id

),

-- From the editions on, as few of them alter a subject: a log without any is not read.
edition_corrections as (

    select
        event_rows.statement_id,
        event_rows.document_id

    from {{ ref('int_event_rows') }} as event_rows
    semi join editions
        on event_rows.document_id = editions.document_id
    anti join {{ ref('int_unaccepted_rows') }} as unaccepted_rows
        on event_rows.row_id = unaccepted_rows.row_id
    where
        event_rows.corrects_event_id is not null
        and (
            {{ introduces(['visit', 'concern', 'recommendation']) }} or {{ is_evidence() }}
        )

),

altered_statements as (

    select edition_corrections.statement_id
    from edition_corrections
    inner join {{ ref('int_event_rows') }} as originals
        on edition_corrections.statement_id = originals.event_id
    where edition_corrections.document_id <> coalesce(originals.document_id, '')
    group by edition_corrections.statement_id

),

event_rows as (

    select
        event_rows.row_id,
        event_rows.event_id,
        event_rows.statement_id,
        event_rows.recorded_at,
        event_rows.document_id

    from {{ ref('int_event_rows') }} as event_rows
    semi join altered_statements
        on event_rows.statement_id = altered_statements.statement_id
    anti join {{ ref('int_unaccepted_rows') }} as unaccepted_rows
        on event_rows.row_id = unaccepted_rows.row_id

),

versions as (

    select
        event_rows.row_id,
        event_rows.event_id,
        event_rows.statement_id,
        event_rows.recorded_at,
        event_rows.document_id,
        coalesce(event_rows.document_id, '') <> coalesce(originals.document_id, '')
            as is_of_another_document

    from event_rows
    inner join event_rows as originals
        on event_rows.statement_id = originals.event_id

),

standing_versions as (

    select
        versions.*,
        standing_versions.known_from,
        coalesce(standing_versions.known_to, {{ last_instant() }}) as known_to

    from versions
    inner join {{ ref('int_standing_versions') }} as standing_versions
        on versions.event_id = standing_versions.event_id

),

regions as (

    select
        row_id,
        statement_id,
        event_id,
        recorded_at,
        known_from,
        known_to,
        {{ first_day() }} as public_from,
        {{ end_of_days() }} as public_to

    from standing_versions
    where not is_of_another_document

    union all

    select
        standing_versions.row_id,
        standing_versions.statement_id,
        standing_versions.event_id,
        standing_versions.recorded_at,
        greatest(standing_versions.known_from, not_editions.known_from) as known_from,
        least(standing_versions.known_to, not_editions.known_to) as known_to,
        {{ first_day() }} as public_from,
        {{ end_of_days() }} as public_to

    from standing_versions
    inner join not_editions
        on standing_versions.document_id = not_editions.document_id
    where standing_versions.is_of_another_document

    union all

    select
        standing_versions.row_id,
        standing_versions.statement_id,
        standing_versions.event_id,
        standing_versions.recorded_at,
        greatest(standing_versions.known_from, document_boxes.known_from) as known_from,
        least(standing_versions.known_to, document_boxes.known_to) as known_to,
        document_boxes.public_from,
        document_boxes.public_to

    from standing_versions
    inner join {{ ref('int_document_boxes') }} as document_boxes
        on standing_versions.document_id = document_boxes.document_id
    where standing_versions.is_of_another_document

),

boxes as (

    select *
    from regions
    where {{ is_box() }}

),

{{ last_versions('last_boxes', 'boxes') }},

edition_versions as (

    select
        versions.statement_id,
        last_boxes.*

    from last_boxes
    inner join versions
        on last_boxes.row_id = versions.row_id

)

select * from edition_versions
