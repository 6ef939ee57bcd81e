with

public_judgements as (

    select
        judgements.event_id,
        judgements.visit_id,
        judgements.recommendation_id,
        public_events.establishment_id,
        judgements.scale,
        judgements.judgement as judgement_code,
        judgement_levels.is_reasonable_or_better,
        judgements.occurred_on as judged_on,
        judgements.recorded_at,
        public_events.public_from,
        case when public_events.public_to < {{ end_of_days() }} then public_events.public_to end
            as public_to

    from {{ ref('int_public_events') }} as public_events
    inner join {{ ref('int_event_rows') }} as judgements
        on
            public_events.row_id = judgements.row_id
            and judgements.event_type = 'progress_judged'
    inner join {{ ref('judgement_levels') }} as judgement_levels
        on
            judgements.scale = judgement_levels.scale
            and judgements.judgement = judgement_levels.code
    where
        public_events.history_kind = 'recommendation'
        and public_events.known_to = {{ last_instant() }}

)

select * from public_judgements
