with

areas as (

    select
        area,
        name,
        test_group,
        used_from_year,
        used_to_year,
        body,
        area_group,
        area_group_source

    from {{ ref('areas') }}

)

select * from areas
