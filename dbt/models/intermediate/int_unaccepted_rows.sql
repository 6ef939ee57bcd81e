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

verdicts_of_levels as (

    {{ union_by_name(level_models('int_unaccepted_')) }}

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

    from verdicts_of_levels

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
