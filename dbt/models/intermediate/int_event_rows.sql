with

staged_rows as (

    {{ union_by_name([
        ref('stg_establishments_described'),
        ref('stg_visits_held'),
        ref('stg_reports_published'),
        ref('stg_outcomes_judged'),
        ref('stg_concerns_raised'),
        ref('stg_recommendations_made'),
        ref('stg_responses_received'),
        ref('stg_progress_reported'),
        ref('stg_progress_judged'),
        ref('stg_progress_restated'),
        ref('stg_practice_noted'),
        ref('stg_findings_recorded'),
        ref('stg_figures_observed'),
        ref('stg_totals_stated'),
        ref('stg_events_retracted'),
        ref('stg_events_reinstated'),
    ]) }}

),

event_rows as (

    select
        -- A key for joins within one build; it says nothing about the row.
        row_number() over () as row_id,
        *,

        coalesce(corrects_event_id, event_id) as statement_id,
        coalesce(retracted_event_id, reinstated_event_id) as target_event_id

    from staged_rows
    -- What was recorded later is not there yet. A row whose instant cannot be read is.
    where recorded_at is null or recorded_at <= {{ known_at() }}

)

select * from event_rows
