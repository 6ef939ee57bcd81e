with

named_addressees as (

    select
        recommendation_id,
        establishment_id,
        {{ each_numbered_part('addressees', '[|]') }}

    from {{ ref('dim_recommendations') }}
    where addressees is not null

),

addressees as (

    select
        recommendation_id,
        cast(part_number + 1 as integer) as addressee_number,
        establishment_id,
        trim(part) as addressee

    from named_addressees
    where trim(part) <> ''

)

select * from addressees
