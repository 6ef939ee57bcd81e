with

text_rows as (

    select
        *,

        {{ may_have_spaces('totals_stated') }} as may_have_spaces

    from {{ source('event_files', 'totals_stated') }}

),

event_rows as (

    select
        *,

        {{ fault_column('totals_stated') }} as fault_column

    from text_rows

),

totals_stated as (

    select
        {{ envelope('totals_stated') }},

        event_rows.visit_id,
        event_rows.scale,
        event_rows.judgement,
        event_rows.comparison,
        {{ to_integer('stated_count') }}

    from event_rows

)

select * from totals_stated
