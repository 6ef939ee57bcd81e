-- As everything known has it: the days on which each visit was shown, from its own first public
-- day or that of an event that names it.
with

source_boxes as (

    select *
    from {{ ref('int_source_boxes') }}
    where known_to = {{ last_instant() }}

),

-- Events with one version and one source each, by what they share: their document, type and visit.
naming_rows as (

    select
        event_rows.row_id,
        keys.holder_id,
        keys.visit_id

    from {{ ref('int_event_rows') }} as event_rows
    inner join {{ ref('int_publicity_keys') }} as keys
        on
            event_rows.document_id = keys.document_id
            and event_rows.event_type = keys.event_type
            and event_rows.visit_id = keys.visit_id
    anti join {{ ref('int_manifold_statements') }} as manifold_statements
        on event_rows.statement_id = manifold_statements.statement_id

),

-- Evidence names no visit.
live_rows as (

    select row_id
    from {{ ref('int_live_periods') }}
    where known_to is null

),

naming_keys as (

    select
        naming_rows.holder_id,
        naming_rows.visit_id

    from naming_rows
    semi join live_rows
        on naming_rows.row_id = live_rows.row_id
    group by naming_rows.holder_id, naming_rows.visit_id

),

naming_boxes as (

    select
        naming_keys.visit_id,
        source_boxes.public_from,
        source_boxes.public_to

    from naming_keys
    inner join source_boxes
        on naming_keys.holder_id = source_boxes.holder_id

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
