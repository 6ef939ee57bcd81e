with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'establishments_described' and known_from is not null

),

establishment_events as (

    select
        event_id,
        establishment_id as entity_id,
        name,
        establishment_type,
        function,
        security_category,
        operator,
        region,
        opened_year,
        occurred_on,
        recorded_at,
        known_from,
        known_to

    from logged_events
    where occurred_on is not null

)

select * from establishment_events
