with

event_rows as (

    select * from {{ ref('int_event_rows') }}

),

row_faults as (

    select * from {{ ref('int_row_faults') }}

),

repeated_rows as (

    select * from {{ ref('int_repeated_rows') }}

),

unreadable_rows as (

    select * from {{ source('event_files', 'unreadable_rows') }}

),

linked_rows as (

    select
        row_id,
        introduced_kind,
        link_fault,
        introduced_by_event_id,
        unknown_kind

    from {{ ref('int_unaccepted_subjects') }}

    union all

    select
        row_id,
        null as introduced_kind,
        link_fault,
        null as introduced_by_event_id,
        unknown_kind

    from {{ ref('int_unaccepted_events') }}

),

named_ids as (

    select
        linked_rows.*,

        event_rows.event_type,
        event_rows.statement_id,
        event_rows.target_event_id,
        -- The id that the reason is about: one that is introduced again, or one that is unknown.
        case coalesce(
            case when linked_rows.introduced_by_event_id is not null
                then linked_rows.introduced_kind end,
            linked_rows.unknown_kind
        )
            when 'establishment' then event_rows.establishment_id
            when 'visit' then event_rows.visit_id
            when 'concern' then event_rows.concern_id
            when 'recommendation' then event_rows.recommendation_id
        end as subject_id

    from linked_rows
    inner join event_rows
        on linked_rows.row_id = event_rows.row_id

),

link_verdicts as (

    select
        row_id,
        case
            when link_fault is not null or introduced_by_event_id is not null then 'rejected'
            else 'waiting'
        end as verdict,
        case
            when target_event_id is not null then {{ target_column() }}
            when link_fault is not null then 'corrects_event_id'
            when introduced_by_event_id is not null then introduced_kind || '_id'
            when unknown_kind is not null then unknown_kind || '_id'
            else 'corrects_event_id'
        end as column_name,
        case
            when target_event_id is not null then target_event_id
            when link_fault is null and subject_id is not null then subject_id
            else statement_id
        end as value,
        case
            when link_fault is not null then column_name || ' ' || link_fault
            when introduced_by_event_id is not null
                then
                    column_name || ' is introduced already, by ' || introduced_by_event_id
                    || '; expected an id of its own, or a correction that names that event'
            when unknown_kind is not null
                then
                    column_name || ' names no ' || unknown_kind
                    || ' that the log knows yet; the row counts as soon as one arrives'
            else
                column_name || ' names no event that the log knows yet; the row counts as'
                || ' soon as it arrives'
        end as reason

    from named_ids

),

verdicts as (

    select
        row_id,
        'rejected' as verdict,
        column_name,
        value,
        reason

    from row_faults

    union all

    select
        row_id,
        verdict,
        column_name,
        value,
        reason

    from repeated_rows

    union all

    select
        row_id,
        verdict,
        column_name,
        value,
        reason

    from link_verdicts

),

unaccepted_rows as (

    select
        event_rows.row_id,
        event_rows.file_name,
        event_rows.line_number,
        event_rows.event_id,
        verdicts.column_name,
        verdicts.value,
        verdicts.reason,
        verdicts.verdict

    from verdicts
    inner join event_rows
        on verdicts.row_id = event_rows.row_id

    union all

    select
        null as row_id,
        file_name,
        line_number,
        event_id,
        column_name,
        value,
        reason,
        'rejected' as verdict

    from unreadable_rows

)

select * from unaccepted_rows
