with

text_rows as (

    select
        *,

        {{ may_have_spaces('establishments_described') }} as may_have_spaces

    from {{ source('event_files', 'establishments_described') }}

),

event_rows as (

    select
        *,

        {{ fault_column('establishments_described') }} as fault_column

    from text_rows

),

establishments_described as (

    select
        {{ envelope('establishments_described') }},

        event_rows.establishment_id,
        event_rows.name,
        event_rows.establishment_type,
        event_rows.function,
        event_rows.security_category,
        event_rows.operator,
        event_rows.region,
        {{ to_integer('opened_year') }}

    from event_rows

)

select * from establishments_described
