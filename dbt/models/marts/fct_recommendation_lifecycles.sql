with

recommendations as (

    select * from {{ ref('dim_recommendations') }}

),

responses as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'responses_received' and is_live

),

reports as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'progress_reported' and is_live

),

judgements as (

    select * from {{ ref('fct_progress_judgements') }}

),

current_statuses as (

    select *
    from {{ ref('fct_recommendation_status_periods') }}
    where is_current

),

ranked_responses as (

    select
        recommendation_id,
        occurred_on,
        response,
        target_on,
        target_precision,

        row_number() over (
            partition by recommendation_id
            order by {{ latest_first() }}
        ) as place

    from responses

),

counted_reports as (

    select
        recommendation_id,
        count(*) as times_reported

    from reports
    group by recommendation_id

),

ranked_ends as (

    select
        recommendation_id,
        occurred_on as ended_on,
        reason,

        row_number() over (
            partition by recommendation_id
            order by {{ latest_first() }}
        ) as place

    from {{ ref('int_log') }}
    where event_type = 'follow_up_ended' and is_live

),

ranked_judgements as (

    select
        *,

        row_number() over (
            partition by recommendation_id
            order by {{ latest_first(day='judged_on') }}
        ) as place,
        min(judged_on) over (partition by recommendation_id) as first_judged_on,
        count(*) over (partition by recommendation_id) as times_judged

    from judgements

),

lifecycles as (

    select
        recommendations.recommendation_id,
        recommendations.establishment_id,
        recommendations.visit_id,
        recommendations.body,
        recommendations.area,

        recommendations.made_on,
        recommendations.occurred_precision,
        ranked_responses.occurred_on as responded_on,
        ranked_responses.response,
        ranked_responses.target_on,
        ranked_responses.target_precision,
        ranked_judgements.first_judged_on,
        ranked_judgements.judged_on as last_judged_on,
        ranked_judgements.scale as last_scale,
        ranked_judgements.judgement_code as last_judgement_code,
        ranked_judgements.is_reasonable_or_better,
        coalesce(ranked_judgements.times_judged, 0) as times_judged,
        coalesce(counted_reports.times_reported, 0) as times_reported,

        {{ days_between('recommendations.made_on', 'ranked_responses.occurred_on') }}
            as days_made_to_response,
        {{ days_between('recommendations.made_on', 'ranked_judgements.first_judged_on') }}
            as days_made_to_first_judgement,

        ranked_ends.ended_on as follow_up_ended_on,
        ranked_ends.reason as follow_up_end_reason,

        current_statuses.recommendation_status,
        recommendations.event_id

    from recommendations
    left join ranked_responses
        on
            recommendations.recommendation_id = ranked_responses.recommendation_id
            and ranked_responses.place = 1
    left join counted_reports
        on recommendations.recommendation_id = counted_reports.recommendation_id
    left join ranked_ends
        on
            recommendations.recommendation_id = ranked_ends.recommendation_id
            and ranked_ends.place = 1
    left join ranked_judgements
        on
            recommendations.recommendation_id = ranked_judgements.recommendation_id
            and ranked_judgements.place = 1
    left join current_statuses
        on recommendations.recommendation_id = current_statuses.recommendation_id

)

select * from lifecycles
