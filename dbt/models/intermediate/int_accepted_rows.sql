with

judged_rows as (

    {{ union_by_name(level_models()) }}

),

accepted_rows as (

    select
        row_id,
        event_type,
        event_id,
        coalesce(corrects_event_id, event_id) as statement_id,
        recorded_at,

        establishment_id,
        visit_id,
        concern_id,
        recommendation_id,
        target_event_id

    from judged_rows
    where verdict = 'accepted'

)

select * from accepted_rows
