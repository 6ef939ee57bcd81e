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

        event_rows.establishment_id,
        event_rows.visit_id,
        event_rows.recommendation_id,
        event_rows.measure,
        {{ to_number('value') }},
        event_rows.unit

    from event_rows

)

select * from figures_observed
