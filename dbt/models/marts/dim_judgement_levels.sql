with

judgement_levels as (

    select
        scale,
        code,
        label,
        rank,
        is_reasonable_or_better,
        definition,
        source,
        coalesce(scale_name, replace(scale, '_', ' ')) as scale_name,
        body,
        judges,
        used_from,
        used_to,
        cast({{ stored_row_id() }} + 1 as integer) as position

    from {{ ref('judgement_levels') }}

)

select * from judgement_levels
