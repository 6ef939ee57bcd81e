-- Outcomes and statuses where they are public, each in boxes that do not overlap.
with

makings as (

    select
        making_boxes.row_id,
        event_rows.event_id,
        'recommendation' as history_kind,
        making_boxes.recommendation_id as entity_id,
        making_boxes.establishment_id,
        'made' as state,
        making_boxes.made_on as occurred_on,
        event_rows.recorded_at,
        making_boxes.known_from,
        making_boxes.known_to,
        making_boxes.public_from,
        making_boxes.public_to

    from {{ ref('int_public_makings') }} as making_boxes
    inner join {{ ref('int_event_rows') }} as event_rows
        on making_boxes.row_id = event_rows.row_id
    where event_rows.event_type = 'recommendations_made'

),

events as (

    select
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        occurred_on,
        recorded_at,
        known_from,
        known_to,
        public_from,
        public_to

    from {{ ref('int_public_facts') }}
    where history_kind <> 'making'

    union all

    select * from makings

),

-- An event that moves with its visit is another after that.
placed_events as (

    select
        *,
        concat_ws(chr(31), history_kind, entity_id, establishment_id, cast(row_id as string))
            as place_id

    from events

),

counted_events as (

    select
        *,

        count(*) over (partition by row_id, history_kind, entity_id, establishment_id)
            as box_count

    from placed_events

),

manifold_events as (

    select *
    from counted_events
    where box_count > 1

),

{{ united_boxes('united', 'manifold_events', 'place_id') }},

places as (

    select distinct
        place_id,
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        occurred_on,
        recorded_at

    from manifold_events

),

public_events as (

    select
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        occurred_on,
        recorded_at,
        known_from,
        known_to,
        public_from,
        public_to

    from counted_events
    where box_count = 1

    union all

    select
        places.row_id,
        places.event_id,
        places.history_kind,
        places.entity_id,
        places.establishment_id,
        places.state,
        places.occurred_on,
        places.recorded_at,
        united.known_from,
        united.known_to,
        united.public_from,
        united.public_to

    from places
    inner join united
        on places.place_id = united.place_id

)

select * from public_events
