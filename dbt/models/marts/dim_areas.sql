with

areas as (

    select
        area,
        name,
        test_group,
        used_from_year,
        used_to_year

    from {{ ref('areas') }}

)

select * from areas
