-- The version of each visit, concern, recommendation and piece of evidence that holds at an instant
-- and a day of publication: whatever is public reveals the subjects that it names, in every version
-- but those of editions still to come.
with

edition_versions as (

    select * from {{ ref('int_edition_versions') }}

),

publications as (

    select count(*) as publication_count
    from {{ ref('int_publication_boxes') }}

),

boxes as (

    select
        version_periods.row_id,
        version_periods.known_from,
        coalesce(version_periods.known_to, {{ last_instant() }}) as known_to,
        {{ first_day() }} as public_from,
        {{ end_of_days() }} as public_to

    from {{ ref('int_version_periods') }} as version_periods
    -- Without a publication there is nothing to reveal.
    cross join publications
    anti join edition_versions
        on version_periods.statement_id = edition_versions.statement_id
    where
        publications.publication_count > 0
        and (
            {{ introduces(['visit', 'concern', 'recommendation']) }}
            or {{ is_evidence() }}
        )

    union all

    select
        row_id,
        known_from,
        known_to,
        public_from,
        public_to

    from edition_versions

),

revealed_versions as (

    select
        event_rows.row_id,
        event_rows.event_type,
        event_rows.document_id,
        event_rows.establishment_id,
        event_rows.visit_id,
        event_rows.concern_id,
        event_rows.recommendation_id,
        event_rows.about_event_id,
        event_rows.stance,
        event_rows.occurred_on,
        boxes.known_from,
        boxes.known_to,
        boxes.public_from,
        boxes.public_to

    from boxes
    inner join {{ ref('int_event_rows') }} as event_rows
        on boxes.row_id = event_rows.row_id
    anti join {{ ref('int_unaccepted_rows') }} as unaccepted_rows
        on boxes.row_id = unaccepted_rows.row_id

)

select * from revealed_versions
