with

judgement_levels as (

    select
        scale,
        code,
        label,
        rank,
        is_reasonable_or_better,
        definition,
        source

    from {{ ref('judgement_levels') }}

)

select * from judgement_levels
