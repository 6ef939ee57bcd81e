with

countries as (

    select * from {{ ref('dim_countries') }}

),

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

),

possible_countries as (

    select
        register_id,
        latitude,
        longitude,
        country

    from prison_register
    where country is not null

    union all

    -- An entry that names no country may lie in any.
    select
        prison_register.register_id,
        prison_register.latitude,
        prison_register.longitude,
        countries.country

    from prison_register
    cross join countries
    where prison_register.country is null

),

placed as (

    select
        possible_countries.register_id,
        bool_or(
            possible_countries.latitude between countries.south and countries.north
            and possible_countries.longitude between countries.west and countries.east
        ) as is_within_country

    from possible_countries
    inner join countries
        on possible_countries.country = countries.country
    where possible_countries.latitude is not null and possible_countries.longitude is not null
    group by possible_countries.register_id

),

entries as (

    select
        prison_register.register_id,
        prison_register.name,
        prison_register.name_in_welsh,
        prison_register.country,
        prison_register.types,
        prison_register.categories,
        prison_register.operators,
        prison_register.is_in_use,
        prison_register.closed_on,
        prison_register.latitude,
        prison_register.longitude,
        placed.is_within_country,
        prison_register.source,
        prison_register.note

    from prison_register
    left join placed
        on prison_register.register_id = placed.register_id

)

select * from entries
