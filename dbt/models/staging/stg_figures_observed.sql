with

event_rows as (

    select * from {{ source('event_files', 'figures_observed') }}

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
