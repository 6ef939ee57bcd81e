with

event_rows as (

    select * from {{ source('event_files', 'establishments_described') }}

),

establishments_described as (

    select
        {{ envelope('establishments_described') }},

        establishment_id,
        name,
        establishment_type,
        function,
        security_category,
        operator,
        region,
        {{ to_integer('opened_year') }}

    from event_rows

)

select * from establishments_described
