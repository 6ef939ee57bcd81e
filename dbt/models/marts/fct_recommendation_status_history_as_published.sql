with

status_history as (

    select
        event_id,
        entity_id as recommendation_id,
        establishment_id,
        state as recommendation_status,
        valid_from,
        valid_to,
        known_from,
        known_to,
        public_from,
        public_to,
        public_since

    from {{ ref('int_public_histories') }}
    where history_kind = 'recommendation'

)

select * from status_history
