-- By what each version may be public, and within which bounds of knowledge and publication: its own
-- document; its original's, unless it is from another edition; a document that confirms it; a
-- publication of its visit, unless its document or its original's came out itself.
with

not_editions as (

    select * from {{ ref('int_documents_not_editions') }}

),

keys as (

    select * from {{ ref('int_publicity_keys') }}

),

versions as (

    select distinct
        row_id,
        event_type,
        statement_id,
        document_id,
        visit_id,
        recommendation_id,
        is_of_moved_recommendation,
        original_document_id,
        original_visit_id,
        original_recommendation_id,
        is_original_of_moved_recommendation

    from {{ ref('int_manifold_versions') }}

),

-- When a version was our own reading, and no other edition's.
own_readings as (

    select
        row_id,
        statement_id,
        {{ first_instant() }} as known_from,
        {{ last_instant() }} as known_to

    from versions
    where document_id = original_document_id

    union all

    select
        versions.row_id,
        versions.statement_id,
        not_editions.known_from,
        not_editions.known_to

    from versions
    inner join not_editions
        on versions.document_id = not_editions.document_id
    where versions.document_id <> versions.original_document_id

),

-- When neither document was known for an edition.
presumed_versions as (

    select
        versions.*,
        greatest(own_documents.known_from, original_documents.known_from) as known_from,
        least(own_documents.known_to, original_documents.known_to) as known_to

    from versions
    inner join not_editions as own_documents
        on versions.document_id = own_documents.document_id
    inner join not_editions as original_documents
        on versions.original_document_id = original_documents.document_id

),

-- A condition with `or` would compare each version with each recommendation.
presumed_of_moved_recommendations as (

    select
        row_id,
        event_type,
        recommendation_id,
        known_from,
        known_to

    from presumed_versions
    where is_of_moved_recommendation

    union

    select
        row_id,
        event_type,
        original_recommendation_id as recommendation_id,
        known_from,
        known_to

    from presumed_versions
    where is_original_of_moved_recommendation

),

presumed_visits as (

    select
        row_id,
        event_type,
        visit_id,
        known_from,
        known_to,
        {{ first_day() }} as public_from,
        {{ end_of_days() }} as public_to

    from presumed_versions
    where not is_of_moved_recommendation

    union

    select
        row_id,
        event_type,
        original_visit_id as visit_id,
        known_from,
        known_to,
        {{ first_day() }} as public_from,
        {{ end_of_days() }} as public_to

    from presumed_versions
    where not is_original_of_moved_recommendation

    union

    select
        presumed.row_id,
        presumed.event_type,
        recommendations.visit_id,
        {{ latest_of('known_from', ['presumed', 'recommendations']) }} as known_from,
        {{ earliest_of('known_to', ['presumed', 'recommendations']) }} as known_to,
        recommendations.public_from,
        recommendations.public_to

    from presumed_of_moved_recommendations as presumed
    inner join {{ ref('int_revealed_versions') }} as recommendations
        on presumed.recommendation_id = recommendations.recommendation_id
    where recommendations.{{ introduces(['recommendation']) }}

),

sources as (

    select
        holder_id,
        'document' as basis,
        document_id,
        cast(null as string) as visit_id,
        event_type,
        {{ first_instant() }} as known_from,
        {{ last_instant() }} as known_to,
        {{ first_day() }} as public_from,
        {{ end_of_days() }} as public_to

    from keys

    union all

    select
        keys.holder_id,
        'visit' as basis,
        cast(null as string) as document_id,
        keys.visit_id,
        keys.event_type,
        not_editions.known_from,
        not_editions.known_to,
        {{ first_day() }} as public_from,
        {{ end_of_days() }} as public_to

    from keys
    inner join not_editions
        on keys.document_id = not_editions.document_id

    union all

    select
        row_id as holder_id,
        'document' as basis,
        document_id,
        cast(null as string) as visit_id,
        event_type,
        {{ first_instant() }} as known_from,
        {{ last_instant() }} as known_to,
        {{ first_day() }} as public_from,
        {{ end_of_days() }} as public_to

    from versions

    union all

    select
        versions.row_id as holder_id,
        'original' as basis,
        versions.original_document_id as document_id,
        cast(null as string) as visit_id,
        versions.event_type,
        own_readings.known_from,
        own_readings.known_to,
        {{ first_day() }} as public_from,
        {{ end_of_days() }} as public_to

    from versions
    inner join own_readings
        on versions.row_id = own_readings.row_id
    where versions.document_id <> versions.original_document_id

    union all

    select
        own_readings.row_id as holder_id,
        'evidence' as basis,
        evidence.document_id,
        cast(null as string) as visit_id,
        evidence.event_type,
        greatest(own_readings.known_from, evidence.known_from) as known_from,
        least(own_readings.known_to, evidence.known_to) as known_to,
        evidence.public_from,
        evidence.public_to

    from own_readings
    inner join {{ ref('int_revealed_versions') }} as evidence
        on own_readings.statement_id = evidence.about_event_id
    where evidence.stance = 'confirms'

    union all

    select
        row_id as holder_id,
        'visit' as basis,
        cast(null as string) as document_id,
        visit_id,
        event_type,
        known_from,
        known_to,
        public_from,
        public_to

    from presumed_visits

)

select *
from sources
where {{ is_box() }}
