with

status_history as (

    select *
    from {{ ref('int_histories') }}
    where history_kind = 'recommendation' and known_to is null

),

status_periods as (

    select
        event_id as opened_by_event_id,
        entity_id as recommendation_id,
        establishment_id,
        state as recommendation_status,

        cast(
            row_number() over (partition by entity_id order by valid_from, event_id) as bigint
        ) as status_sequence,
        valid_from,
        valid_to,
        valid_to is null as is_current

    from status_history

)

select * from status_periods
