-- Where each fact is public, in the version that holds there: the last standing one that is public,
-- whether or not its original is. Facts that have a history; of statements with several versions or
-- sources, all.
with

manifold_versions as (

    select * from {{ ref('int_manifold_versions') }}

),

source_boxes as (

    select * from {{ ref('int_source_boxes') }}

),

simple_boxes as (

    select
        keyed_rows.row_id,
        keyed_rows.event_type,
        greatest(keyed_rows.recorded_at, source_boxes.known_from) as known_from,
        source_boxes.known_to,
        source_boxes.public_from,
        source_boxes.public_to

    from {{ ref('int_keyed_rows') }} as keyed_rows
    inner join {{ ref('int_publicity_keys') }} as keys
        on
            keyed_rows.document_id = keys.document_id
            and keyed_rows.event_type = keys.event_type
            and keyed_rows.visit_id = keys.visit_id
    inner join source_boxes
        on keys.holder_id = source_boxes.holder_id
    anti join {{ ref('int_manifold_statements') }} as manifold_statements
        on keyed_rows.statement_id = manifold_statements.statement_id
    where
        keyed_rows.event_type in (
            'outcomes_judged', 'recommendations_made', 'responses_received',
            'progress_judged', 'follow_up_ended'
        )

),

common_boxes as (

    select
        versions.row_id,
        versions.statement_id,
        versions.event_id,
        versions.recorded_at,
        greatest(versions.known_from, source_boxes.known_from) as known_from,
        least(versions.known_to, source_boxes.known_to) as known_to,
        source_boxes.public_from,
        source_boxes.public_to

    from manifold_versions as versions
    inner join source_boxes
        on versions.row_id = source_boxes.holder_id

),

boxes as (

    select *
    from common_boxes
    where {{ is_box() }}

),

{{ last_versions('last_boxes', 'boxes') }},

types as (

    select
        row_id,
        event_type

    from manifold_versions
    group by row_id, event_type

),

public_versions as (

    select
        row_id,
        event_type,
        known_from,
        known_to,
        public_from,
        public_to

    from simple_boxes
    where {{ is_box() }}

    union all

    select
        last_boxes.row_id,
        types.event_type,
        last_boxes.known_from,
        last_boxes.known_to,
        last_boxes.public_from,
        last_boxes.public_to

    from last_boxes
    inner join types
        on last_boxes.row_id = types.row_id

)

select * from public_versions
