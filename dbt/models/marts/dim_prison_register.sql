with

prison_register as (

    select
        register_id,
        name,
        name_in_welsh,
        country,
        types,
        categories,
        operators,
        is_in_use,
        closed_on,
        latitude,
        longitude,
        source,
        note

    from {{ ref('prison_register') }}

)

select * from prison_register
