with

bodies as (

    select
        body,
        name,
        country

    from {{ ref('bodies') }}

)

select * from bodies
