-- Each accepted row that a document states, with the visit whose publications may carry it: the one
-- that it names, else that of the recommendation that it names.
with

-- A recommendation that an edition moved to another visit has more than one.
recommendation_visits as (

    select
        recommendation_id,
        min(visit_id) as visit_id,
        max(visit_id) <> min(visit_id) as is_moved

    from {{ ref('int_revealed_versions') }}
    where {{ introduces(['recommendation']) }}
    group by recommendation_id

),

keyed_rows as (

    select
        event_rows.row_id,
        event_rows.event_type,
        event_rows.event_id,
        event_rows.statement_id,
        event_rows.recorded_at,
        event_rows.document_id,
        event_rows.recommendation_id,
        event_rows.visit_id is null and coalesce(recommendation_visits.is_moved, false)
            as is_of_moved_recommendation,
        coalesce(event_rows.visit_id, recommendation_visits.visit_id, '') as visit_id

    from {{ ref('int_event_rows') }} as event_rows
    left join recommendation_visits
        on event_rows.recommendation_id = recommendation_visits.recommendation_id
    where event_rows.document_id is not null and not {{ is_about_an_event() }}

),

accepted_rows as (

    select keyed_rows.*
    from keyed_rows
    anti join {{ ref('int_unaccepted_rows') }} as unaccepted_rows
        on keyed_rows.row_id = unaccepted_rows.row_id

)

select * from accepted_rows
