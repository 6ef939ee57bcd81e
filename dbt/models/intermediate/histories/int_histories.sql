-- Most histories became known in the order in which they took place, and nothing of them was ever
-- retracted. Then the next event alone closes an event's period, and one window says it all. The
-- others are put together interval by interval, which holds for any history, at three windows more.
with

events as (

    select * from {{ ref('int_dated_events') }}

),

entities_out_of_order as (

    select
        history_kind,
        entity_id

    from events
    where known_to is not null or next_known_from < known_from
    group by history_kind, entity_id

),

events_in_order as (

    select events.*
    from events
    anti join entities_out_of_order
        on
            events.entity_id = entities_out_of_order.entity_id
            and events.history_kind = entities_out_of_order.history_kind

),

events_out_of_order as (

    select events.*
    from events
    semi join entities_out_of_order
        on
            events.entity_id = entities_out_of_order.entity_id
            and events.history_kind = entities_out_of_order.history_kind

),

instants as (

    select
        history_kind,
        entity_id,
        known_from as known_at

    from events_out_of_order

    union

    select
        history_kind,
        entity_id,
        known_to as known_at

    from events_out_of_order
    where known_to is not null

),

knowledge_intervals as (

    select
        history_kind,
        entity_id,
        known_at as known_from,
        lead(known_at) over instants_of_an_entity as known_to,
        row_number() over instants_of_an_entity as place

    from instants

    window instants_of_an_entity as (
        partition by history_kind, entity_id
        order by known_at
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
        knowledge_intervals.known_from,
        knowledge_intervals.known_to,
        knowledge_intervals.place,

        lead(events.occurred_on) over (
            partition by
                knowledge_intervals.history_kind,
                knowledge_intervals.entity_id,
                knowledge_intervals.known_from
            order by {{ earliest_first('events') }}
        ) as valid_to

    from knowledge_intervals
    inner join events_out_of_order as events
        on
            knowledge_intervals.entity_id = events.entity_id
            and knowledge_intervals.history_kind = events.history_kind
            and knowledge_intervals.known_from >= events.known_from
            and (events.known_to is null or knowledge_intervals.known_from < events.known_to)

),

numbered_periods as (

    select
        *,

        {{ run_of('place', [
            'row_id', 'history_kind', 'entity_id', 'establishment_id', 'valid_to'
        ]) }} as run_number

    from known_events
    -- Of several events on one day only the last opens a period.
    where valid_to is null or valid_from < valid_to

),

valid_periods as (

    select
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        valid_from,
        valid_to,

        min(known_from) as known_from,
        case when bool_or(known_to is null) then null else max(known_to) end as known_to

    from numbered_periods
    group by
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        valid_from,
        valid_to,
        run_number

    union all

    -- Until the next event is known, an event's period is open.
    select
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        occurred_on as valid_from,
        cast(null as date) as valid_to,

        known_from,
        next_known_from as known_to

    from events_in_order
    where next_known_from is null or known_from < next_known_from

    union all

    -- From then on it ends with the day of the next.
    select
        row_id,
        event_id,
        history_kind,
        entity_id,
        establishment_id,
        state,
        occurred_on as valid_from,
        next_occurred_on as valid_to,

        next_known_from as known_from,
        cast(null as timestamp) as known_to

    from events_in_order
    where occurred_on < next_occurred_on

)

select * from valid_periods
