with

typed_rows as (

    {{ union_by_name([
        ref('stg_establishments_described'),
        ref('stg_visits_held'),
        ref('stg_reports_published'),
        ref('stg_report_steps_taken'),
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
        ref('stg_outcome_bounds_stated'),
        ref('stg_evidence_cited'),
        ref('stg_follow_up_ended'),
        ref('stg_status_observed'),
        ref('stg_urgent_notifications_issued'),
        ref('stg_events_retracted'),
        ref('stg_events_reinstated'),
    ]) }}

)

-- Its columns are those of the staging models.
select {{ row_id_to_store() }}* from typed_rows  -- noqa: AM04
