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

        establishment_id,
        name,
        establishment_type,
        function,
        security_category,
        operator,
        region,
        {{ to_integer('opened_year') }}

    from event_rows

)

select * from establishments_described
