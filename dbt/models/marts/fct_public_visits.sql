with

public_visits as (

    select
        event_rows.event_id,
        event_rows.visit_id,
        public_visits.establishment_id,
        event_rows.visit_type,
        visit_types.is_full_inspection,
        event_rows.occurred_on as held_on,
        public_visits.public_from,
        case when public_visits.public_to < {{ end_of_days() }} then public_visits.public_to end
            as public_to

    from {{ ref('int_public_visits') }} as public_visits
    inner join {{ ref('int_event_rows') }} as event_rows
        on public_visits.row_id = event_rows.row_id
    inner join {{ ref('visit_types') }} as visit_types
        on event_rows.visit_type = visit_types.visit_type

)

select * from public_visits
