with

text_rows as (

    select
        *,

        {{ may_have_spaces('figures_observed') }} as may_have_spaces

    from {{ source('event_files', 'figures_observed') }}

),

event_rows as (

    select
        *,

        {{ fault_column('figures_observed') }} as fault_column

    from text_rows

),

figures_observed as (

    select
        {{ envelope('figures_observed') }},

        establishment_id,
        visit_id,
        recommendation_id,
        measure,
        {{ to_number('value') }},
        unit

    from event_rows

)

select * from figures_observed
