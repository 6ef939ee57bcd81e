with

accepted_rows as (

    select * from {{ ref('int_accepted_rows') }}

),

retraction_periods as (

    select * from {{ ref('int_retraction_periods') }}

),

revised_statements as (

    select statement_id
    from accepted_rows
    where statement_id <> event_id

    union

    select accepted_rows.statement_id
    from accepted_rows
    semi join retraction_periods
        on accepted_rows.event_id = retraction_periods.target_event_id

)

select * from revised_statements
