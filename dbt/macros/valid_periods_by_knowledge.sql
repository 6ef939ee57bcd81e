{# The history of something on both axes: for each knowledge (system-time) interval in which nothing about it
   changed, the periods that its events open in the world. A question about (day, instant) then is
   one range scan, with no window left to compute.

   `events` is a model with one row an event and period in which it was live: event_id, entity_id
   (what has the history), occurred_on, recorded_at, known_from, known_to and the `carried`
   columns. Periods are half-open on both axes, open ends null.

   Most histories became known in the order in which they took place, and nothing of them was ever
   taken back. Then the next event alone closes an event's period, and one window says it all. The
   others are put together stretch by stretch, which holds for any history, at three windows more. #}
{% macro valid_periods_by_knowledge(events, carried) %}
with

events as (

    select * from {{ ref(events) }}

),

followed_events as (

    select
        *,

        lead(occurred_on) over events_of_an_entity as next_occurred_on,
        lead(known_from) over events_of_an_entity as next_known_from

    from events

    window events_of_an_entity as (
        partition by entity_id
        -- A day's events keep the order they were recorded in; event_id settles the rest.
        order by occurred_on, recorded_at, event_id
    )

),

entities_out_of_order as (

    select entity_id
    from followed_events
    where known_to is not null or next_known_from < known_from
    group by entity_id

),

events_in_order as (

    select followed_events.*
    from followed_events
    anti join entities_out_of_order
        on followed_events.entity_id = entities_out_of_order.entity_id

),

events_out_of_order as (

    select followed_events.*
    from followed_events
    semi join entities_out_of_order
        on followed_events.entity_id = entities_out_of_order.entity_id

),

instants as (

    select entity_id, known_from as known_at from events_out_of_order
    union
    select entity_id, known_to as known_at from events_out_of_order where known_to is not null

),

stretches as (

    select
        entity_id,
        known_at as known_from,
        lead(known_at) over instants_of_an_entity as known_to,
        row_number() over instants_of_an_entity as place

    from instants

    window instants_of_an_entity as (
        partition by entity_id
        order by known_at
    )

),

known_events as (

    select
        events.event_id,
        events.entity_id,
        {%- for column in carried %}
        events.{{ column }},
        {%- endfor %}
        events.occurred_on as valid_from,
        stretches.known_from,
        stretches.known_to,
        stretches.place,

        lead(events.occurred_on) over (
            partition by stretches.entity_id, stretches.known_from
            -- A day's events keep the order they were recorded in; event_id settles the rest.
            order by events.occurred_on, events.recorded_at, events.event_id
        ) as valid_to

    from stretches
    inner join events_out_of_order as events
        on
            stretches.entity_id = events.entity_id
            and events.known_from <= stretches.known_from
            and (events.known_to is null or stretches.known_from < events.known_to)

),

numbered_periods as (

    select
        *,

        -- Equal for stretches that follow one another, as places and rows then rise together.
        place - row_number() over (
            partition by
                event_id,
                valid_to
                {%- for column in carried %},
                {{ column }}
                {%- endfor %}
            order by place
        ) as run_number

    from known_events
    -- Of several events on one day only the last opens a period.
    where valid_to is null or valid_from < valid_to

),

valid_periods as (

    select
        event_id,
        entity_id,
        {%- for column in carried %}
        {{ column }},
        {%- endfor %}
        valid_from,
        valid_to,

        min(known_from) as known_from,
        case when bool_or(known_to is null) then null else max(known_to) end as known_to

    from numbered_periods
    group by
        event_id,
        entity_id,
        {%- for column in carried %}
        {{ column }},
        {%- endfor %}
        valid_from,
        valid_to,
        run_number

    union all

    -- Until the next event is known, an event's period is open.
    select
        event_id,
        entity_id,
        {%- for column in carried %}
        {{ column }},
        {%- endfor %}
        occurred_on as valid_from,
        cast(null as date) as valid_to,

        known_from,
        next_known_from as known_to

    from events_in_order
    where next_known_from is null or known_from < next_known_from

    union all

    -- From then on it ends with the day of the next.
    select
        event_id,
        entity_id,
        {%- for column in carried %}
        {{ column }},
        {%- endfor %}
        occurred_on as valid_from,
        next_occurred_on as valid_to,

        next_known_from as known_from,
        cast(null as timestamp) as known_to

    from events_in_order
    where occurred_on < next_occurred_on

)

select * from valid_periods
{% endmacro %}
