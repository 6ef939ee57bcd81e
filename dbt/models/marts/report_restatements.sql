with

logged_events as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'progress_restated' and is_live

),

judgements as (

    select * from {{ ref('fct_progress_judgements') }}

),

restatements as (

    select
        logged_events.event_id,
        logged_events.visit_id,
        logged_events.recommendation_id,
        logged_events.scale,

        logged_events.judgement as restated_judgement_code,
        judgements.event_id as judged_event_id,
        judgements.judgement_code,
        logged_events.judgement = judgements.judgement_code as agrees,

        logged_events.document_id,
        logged_events.paragraph

    from logged_events
    left join judgements
        on
            logged_events.visit_id = judgements.visit_id
            and logged_events.recommendation_id = judgements.recommendation_id
            and logged_events.scale = judgements.scale

)

select * from restatements
