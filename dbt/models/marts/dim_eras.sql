with

eras as (

    select
        era,
        starts_on,
        ends_on,
        kind,
        test_group,
        what_changes,
        source

    from {{ ref('eras') }}

)

select * from eras
