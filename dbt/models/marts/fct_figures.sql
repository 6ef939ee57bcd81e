with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'figures_observed' and is_live

),

figures as (

    select
        event_id,
        establishment_id,
        visit_id,
        recommendation_id,
        measure,
        value,
        unit,
        occurred_on as observed_on,
        occurred_precision,
        document_id,
        paragraph

    from logged_events

)

select * from figures
