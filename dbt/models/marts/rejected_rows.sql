with

unaccepted_rows as (

    select
        file_name,
        line_number,
        event_id,
        column_name,
        value,
        reason,
        verdict

    from {{ ref('int_unaccepted_rows') }}

)

select * from unaccepted_rows
