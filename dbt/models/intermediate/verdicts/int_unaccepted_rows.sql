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

unaccepted_events as (

    select * from {{ ref('int_unaccepted_events') }}

    union all

    select * from {{ ref('int_unaccepted_evidence') }}

),

linked_rows as (

    select
        row_id,
        introduced_kind,
        link_column,
        link_fault,
        introduced_by_event_id,
        unknown_column

    from {{ ref('int_unaccepted_subjects') }}

    union all

    select
        row_id,
        null as introduced_kind,
        link_column,
        link_fault,
        null as introduced_by_event_id,
        unknown_column

    from unaccepted_events

),

-- The column that the reason is about: a wrong link, an id that is introduced again, or one that is
-- not known.
columns_at_fault as (

    select
        *,

        case
            when link_fault is not null then link_column
            when introduced_by_event_id is not null then introduced_kind || '_id'
            else coalesce(unknown_column, 'corrects_event_id')
        end as column_name

    from linked_rows

),

link_verdicts as (

    select
        columns_at_fault.row_id,
        case
            when
                columns_at_fault.link_fault is not null
                or columns_at_fault.introduced_by_event_id is not null
                then 'rejected'
            else 'waiting'
        end as verdict,
        columns_at_fault.column_name,
        case columns_at_fault.column_name
            when 'establishment_id' then event_rows.establishment_id
            when 'visit_id' then event_rows.visit_id
            when 'concern_id' then event_rows.concern_id
            when 'recommendation_id' then event_rows.recommendation_id
            when 'about_event_id' then event_rows.about_event_id
            when 'corrects_event_id' then event_rows.corrects_event_id
            else event_rows.target_event_id
        end as value,
        case
            when columns_at_fault.link_fault is not null
                then columns_at_fault.column_name || ' ' || columns_at_fault.link_fault
            when columns_at_fault.introduced_by_event_id is not null
                then
                    columns_at_fault.column_name || ' is introduced already, by '
                    || columns_at_fault.introduced_by_event_id
                    || '; expected an id of its own, or a correction that names that event'
            when columns_at_fault.column_name like '%event_id'
                then
                    columns_at_fault.column_name || ' names no event that the log knows yet;'
                    || ' the row counts as soon as it arrives'
            else
                columns_at_fault.column_name || ' names no '
                || replace(columns_at_fault.column_name, '_id', '')
                || ' that the log knows yet; the row counts as soon as one arrives'
        end as reason

    from columns_at_fault
    inner join event_rows
        on columns_at_fault.row_id = event_rows.row_id

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
