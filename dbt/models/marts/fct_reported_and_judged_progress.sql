with

reports as (

    select *
    from {{ ref('int_log') }}
    where event_type = 'progress_reported' and is_live

),

judgements as (

    select * from {{ ref('fct_progress_judgements') }}

),

recommendations as (

    select * from {{ ref('dim_recommendations') }}

),

reports_by_judgement as (

    select
        judgements.event_id as judged_event_id,
        reports.event_id as reported_event_id,
        reports.status as reported_status,
        reports.occurred_on as reported_on,

        row_number() over (
            partition by judgements.event_id
            order by {{ latest_first('reports') }}
        ) as place

    from judgements
    inner join reports
        on
            judgements.recommendation_id = reports.recommendation_id
            and judgements.judged_on >= reports.occurred_on

),

unjudged_reports as (

    select
        reports.recommendation_id,
        reports.event_id as reported_event_id,
        reports.status as reported_status,
        reports.occurred_on as reported_on,

        row_number() over (
            partition by reports.recommendation_id
            order by {{ latest_first('reports') }}
        ) as place

    from reports
    anti join judgements
        on reports.recommendation_id = judgements.recommendation_id

),

both_tracks as (

    select
        judgements.recommendation_id,
        reports_by_judgement.reported_event_id,
        reports_by_judgement.reported_status,
        reports_by_judgement.reported_on,
        judgements.event_id as judged_event_id,
        judgements.scale,
        judgements.judgement_code,
        judgements.is_reasonable_or_better,
        judgements.judged_on

    from judgements
    left join reports_by_judgement
        on
            judgements.event_id = reports_by_judgement.judged_event_id
            and reports_by_judgement.place = 1

    union all

    select
        recommendation_id,
        reported_event_id,
        reported_status,
        reported_on,
        null as judged_event_id,
        null as scale,
        null as judgement_code,
        null as is_reasonable_or_better,
        null as judged_on

    from unjudged_reports
    where place = 1

),

tracks as (

    select
        both_tracks.recommendation_id,
        recommendations.establishment_id,

        both_tracks.reported_event_id,
        both_tracks.reported_status,
        both_tracks.reported_on,

        both_tracks.judged_event_id,
        both_tracks.scale,
        both_tracks.judgement_code,
        both_tracks.is_reasonable_or_better,
        both_tracks.judged_on,

        {{ days_between('both_tracks.reported_on', 'both_tracks.judged_on') }}
            as days_report_to_judgement,
        case
            when both_tracks.judged_event_id is null then 'reported_only'
            when both_tracks.reported_event_id is null then 'judged_only'
            when both_tracks.is_reasonable_or_better
                then 'reported_and_judged_reasonable_or_better'
            when not both_tracks.is_reasonable_or_better
                then 'reported_and_judged_below_reasonable'
            else 'reported_and_judged_outside_the_order'
        end as gap

    from both_tracks
    inner join recommendations
        on both_tracks.recommendation_id = recommendations.recommendation_id

)

select * from tracks
