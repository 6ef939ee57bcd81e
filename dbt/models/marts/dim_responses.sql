with

responses as (

    select
        response,
        name,
        body,
        response_group

    from {{ ref('responses') }}

)

select * from responses
