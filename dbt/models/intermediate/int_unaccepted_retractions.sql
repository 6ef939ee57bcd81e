with

sound_rows as (

    select *
    from {{ ref('int_sound_rows') }}
    where event_type in ('events_retracted', 'events_reinstated')

),

link_faults as (

    select * from {{ ref('int_link_faults') }}

),

rows_of_other_types as (

    {{ union_by_name(level_models(with_retractions=false)) }}

),

judged_rows as (

    select
        sound_rows.*,

        link_faults.link_fault,
        case
            when link_faults.link_fault is not null then 'rejected'
            when rows_of_other_types.event_id is not null then 'accepted'
            else 'waiting'
        end as verdict

    from sound_rows
    left join link_faults
        on sound_rows.row_id = link_faults.row_id
    left join rows_of_other_types
        on
            sound_rows.target_event_id = rows_of_other_types.event_id
            and rows_of_other_types.verdict = 'accepted'

),

verdicts as (

    select
        row_id,
        event_type,
        event_id,
        corrects_event_id,
        recorded_at,

        establishment_id,
        visit_id,
        concern_id,
        recommendation_id,
        target_event_id,

        verdict,
        case when verdict <> 'accepted' then {{ target_column() }} end as column_name,
        case when verdict <> 'accepted' then target_event_id end as value,
        case verdict
            when 'rejected' then {{ target_column() }} || ' ' || link_fault
            when 'waiting'
                then
                    {{ target_column() }} || ' names no event that the log knows yet;'
                    || ' the row counts as soon as it arrives'
        end as reason

    from judged_rows

)

select * from verdicts
