with

countries as (

    select
        country,
        south,
        west,
        north,
        east,
        source

    from {{ ref('countries') }}

)

select * from countries
