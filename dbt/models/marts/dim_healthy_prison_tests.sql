with

healthy_prison_tests as (

    select
        healthy_prison_test,
        name,
        test_group,
        establishment_kind,
        used_from_year,
        used_to_year,
        body,
        framework,
        scale,
        cast({{ stored_row_id() }} + 1 as integer) as position

    from {{ ref('healthy_prison_tests') }}

)

select * from healthy_prison_tests
