with

-- The numbers that DuckDB gives rows as it writes them: in the order of their files, without gaps.
typed_rows as (

    select
        {{ stored_row_id() }} as row_id,
        file_name

    from {{ ref('int_typed_rows') }}
    where line_number is null

),

first_rows as (

    select
        file_name,
        min(row_id) as row_id

    from typed_rows
    group by file_name

)

select * from first_rows
