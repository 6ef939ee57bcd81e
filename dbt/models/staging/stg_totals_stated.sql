with

event_rows as (

    select * from {{ source('event_files', 'totals_stated') }}

),

totals_stated as (

    select
        {{ envelope('totals_stated') }},

        visit_id,
        scale,
        judgement,
        comparison,
        {{ to_integer('stated_count') }}

    from event_rows

)

select * from totals_stated
