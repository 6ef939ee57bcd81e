with

recommendations as (

    select
        recommendation_id,
        establishment_id,
        string_split(addressees, '|') as names

    from {{ ref('dim_recommendations') }}
    where addressees is not null

),

numbered_addressees as (

    select
        recommendation_id,
        establishment_id,
        unnest(names) as name,
        unnest(range(1, len(names) + 1)) as addressee_number

    from recommendations

),

addressees as (

    select
        recommendation_id,
        cast(addressee_number as integer) as addressee_number,
        establishment_id,
        trim(name) as addressee

    from numbered_addressees
    where trim(name) <> ''

)

select * from addressees
