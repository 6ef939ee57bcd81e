with

visits as (

    select * from {{ ref('dim_visits') }}

),

named_establishments as (

    select
        visit_id,
        establishment_id,
        true as is_main

    from visits

    union all

    select
        visit_id,
        {{ each_part('establishment_ids_also', '[|]') }} as establishment_id,
        false as is_main

    from visits
    where establishment_ids_also is not null

),

visit_establishments as (

    select
        visit_id,
        trim(establishment_id) as establishment_id,
        bool_or(is_main) as is_main

    from named_establishments
    where trim(establishment_id) <> ''
    group by visit_id, trim(establishment_id)

)

select * from visit_establishments
