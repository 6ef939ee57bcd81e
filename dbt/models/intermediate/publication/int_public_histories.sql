-- The history of each entity as it was public, in three dimensions. Most became public, and known,
-- in the order in which they took place: then the next event alone closes an event's period. The
-- others are put together interval by interval, which holds for any history.
with

public_events as (

    select * from {{ ref('int_public_events') }}

),

followed_events as (

    select
        *,

        lead(occurred_on) over events_of_an_entity as next_occurred_on,
        lead(known_from) over events_of_an_entity as next_known_from,
        lead(public_from) over events_of_an_entity as next_public_from,
        lag(row_id) over events_of_an_entity as previous_row_id

    from public_events

    window events_of_an_entity as (
        partition by history_kind, entity_id
        order by {{ earliest_first() }}, known_from, public_from
    )

),

entities_out_of_order as (

    select
        history_kind,
        entity_id

    from followed_events
    where
        known_to < {{ last_instant() }}
        or public_to < {{ end_of_days() }}
        or next_known_from < known_from
        or next_public_from < public_from
        or previous_row_id = row_id
    group by history_kind, entity_id

),

events_in_order as (

    select followed_events.*
    from followed_events
    anti join entities_out_of_order
        on
            followed_events.entity_id = entities_out_of_order.entity_id
            and followed_events.history_kind = entities_out_of_order.history_kind

),

events_out_of_order as (

    select
        followed_events.*,
        concat_ws(chr(31), followed_events.history_kind, followed_events.entity_id) as history_id

    from followed_events
    semi join entities_out_of_order
        on
            followed_events.entity_id = entities_out_of_order.entity_id
            and followed_events.history_kind = entities_out_of_order.history_kind

),

{{ slabs_of('histories', 'events_out_of_order', 'history_id') }},

reached_events as (

    select
        slabs.slab,
        slabs.slab_from,
        slabs.slab_to,
        events.*

    from slabs_of_histories as slabs
    inner join events_out_of_order as events
        on
            slabs.history_id = events.history_id
            and slabs.slab_from >= events.known_from
            and slabs.slab_from < events.known_to

),

public_days as (

    select
        history_id,
        slab,
        public_from as public_at

    from reached_events

    union

    select
        history_id,
        slab,
        public_to as public_at

    from reached_events

),

cells as (

    select
        history_id,
        slab,
        public_at as cell_from,

        lead(public_at) over days_of_a_slab as cell_to,
        row_number() over days_of_a_slab as cell

    from public_days

    window days_of_a_slab as (
        partition by history_id, slab
        order by public_at
    )

),

known_events as (

    select
        events.row_id,
        events.event_id,
        events.history_kind,
        events.entity_id,
        events.establishment_id,
        events.state,
        events.occurred_on as valid_from,
        events.public_from as public_since,
        events.slab,
        events.slab_from,
        events.slab_to,
        cells.cell,
        cells.cell_from,
        cells.cell_to,

        coalesce(
            lead(events.occurred_on) over (
                partition by cells.history_id, cells.slab, cells.cell
                order by {{ earliest_first('events') }}
            ),
            {{ end_of_days() }}
        ) as valid_to

    from cells
    inner join reached_events as events
        on
            cells.history_id = events.history_id
            and cells.slab = events.slab
            and cells.cell_from >= events.public_from
            and cells.cell_from < events.public_to

),

numbered_events as (

    select
        *,

        {{ run_of('cell', [
            'row_id',
            'history_kind',
            'entity_id',
            'establishment_id',
            'public_since',
            'slab',
            'valid_to',
        ]) }} as public_run

    from known_events
    -- Of several events on one day only the last opens a period.
    where valid_from < valid_to

),

runs as (

    select
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        valid_from,
        valid_to,
        public_since,
        slab,
        slab_from,
        slab_to,
        min(cell_from) as public_from,
        max(cell_to) as public_to

    from numbered_events
    group by
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        valid_from,
        valid_to,
        public_since,
        slab,
        slab_from,
        slab_to,
        public_run

),

{{ merged_slabs('merged_periods', 'runs', [
    'row_id',
    'event_id',
    'history_kind',
    'entity_id',
    'establishment_id',
    'state',
    'valid_from',
    'valid_to',
    'public_since',
    'public_from',
    'public_to',
]) }},

-- Until the next event is both known and public, an event's period is open: two boxes, as that is
-- not so at instants before and on days before. From then on it ends with the day of the next.
periods_in_order as (

    select
        *,

        {{ end_of_days() }} as valid_to,
        known_from as period_known_from,
        coalesce(next_known_from, {{ last_instant() }}) as period_known_to,
        public_from as period_public_from,
        {{ end_of_days() }} as period_public_to

    from events_in_order

    union all

    select
        *,

        {{ end_of_days() }} as valid_to,
        next_known_from as period_known_from,
        {{ last_instant() }} as period_known_to,
        public_from as period_public_from,
        next_public_from as period_public_to

    from events_in_order
    where next_known_from is not null

    union all

    select
        *,

        next_occurred_on as valid_to,
        next_known_from as period_known_from,
        {{ last_instant() }} as period_known_to,
        next_public_from as period_public_from,
        {{ end_of_days() }} as period_public_to

    from events_in_order
    where next_known_from is not null

),

all_periods as (

    select
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        occurred_on as valid_from,
        valid_to,
        public_from as public_since,
        period_known_from as known_from,
        period_known_to as known_to,
        period_public_from as public_from,
        period_public_to as public_to

    from periods_in_order

    union all

    select
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        valid_from,
        valid_to,
        public_since,
        known_from,
        known_to,
        public_from,
        public_to

    from merged_periods

),

public_periods as (

    select
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        valid_from,
        case when valid_to < {{ end_of_days() }} then valid_to end as valid_to,
        public_since,
        known_from,
        case when known_to < {{ last_instant() }} then known_to end as known_to,
        public_from,
        case when public_to < {{ end_of_days() }} then public_to end as public_to

    from all_periods
    where {{ is_box() }} and valid_from < valid_to

)

select * from public_periods
