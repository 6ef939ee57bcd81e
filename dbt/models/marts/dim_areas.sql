with

areas as (

    select
        area,
        name,
        test_group,
        used_from_year,
        used_to_year,
        body,
        area_group

    from {{ ref('areas') }}

)

select * from areas
