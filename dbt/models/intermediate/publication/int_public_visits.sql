-- As everything known has it: the days on which each visit was shown, from its own first public
-- day or that of an event that names it.
with

source_boxes as (

    select *
    from {{ ref('int_source_boxes') }}
    where known_to = {{ last_instant() }}

),

-- Of events with one version and one source each, once for all that share document, type and visit.
naming_keys as (

    select
        logged.document_id,
        logged.event_type,
        logged.visit_id

    from {{ ref('int_log') }} as logged
    anti join {{ ref('int_manifold_statements') }} as manifold_statements
        on logged.statement_id = manifold_statements.statement_id
    where logged.is_live and logged.visit_id is not null
    group by logged.document_id, logged.event_type, logged.visit_id

),

naming_boxes as (

    select
        naming_keys.visit_id,
        source_boxes.public_from,
        source_boxes.public_to

    from naming_keys
    inner join {{ ref('int_publicity_keys') }} as keys
        on
            naming_keys.document_id = keys.document_id
            and naming_keys.event_type = keys.event_type
            and naming_keys.visit_id = keys.visit_id
    inner join source_boxes
        on keys.holder_id = source_boxes.holder_id

    union all

    select
        event_rows.visit_id,
        public_versions.public_from,
        public_versions.public_to

    from {{ ref('int_public_versions') }} as public_versions
    inner join {{ ref('int_event_rows') }} as event_rows
        on public_versions.row_id = event_rows.row_id
    semi join {{ ref('int_manifold_statements') }} as manifold_statements
        on event_rows.statement_id = manifold_statements.statement_id
    where
        public_versions.known_to = {{ last_instant() }}
        and event_rows.visit_id is not null

),

shown_boxes as (

    select distinct
        visits.row_id,
        visits.establishment_id,
        concat_ws(chr(31), cast(visits.row_id as string), visits.establishment_id) as place_id,
        {{ first_instant() }} as known_from,
        {{ last_instant() }} as known_to,
        greatest(naming_boxes.public_from, visits.public_from) as public_from,
        least(naming_boxes.public_to, visits.public_to) as public_to

    from naming_boxes
    inner join {{ ref('int_subject_boxes') }} as visits
        on
            naming_boxes.visit_id = visits.subject_id
            and visits.subject_kind = 'visit'
    where visits.known_to = {{ last_instant() }}

),

boxes as (

    select *
    from shown_boxes
    where {{ is_box() }}

),

{{ united_boxes('united', 'boxes', 'place_id') }},

places as (

    select distinct
        place_id,
        row_id,
        establishment_id

    from boxes

),

public_visits as (

    select
        places.row_id,
        places.establishment_id,
        united.public_from,
        united.public_to

    from united
    inner join places
        on united.place_id = places.place_id

)

select * from public_visits
