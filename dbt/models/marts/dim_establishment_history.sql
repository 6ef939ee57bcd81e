with

establishment_history as (

    select
        event_id,
        entity_id as establishment_id,

        name,
        establishment_type,
        function,
        security_category,
        operator,
        region,
        opened_year,

        valid_from,
        valid_to,
        known_from,
        known_to

    from {{ ref('int_establishment_history') }}

)

select * from establishment_history
