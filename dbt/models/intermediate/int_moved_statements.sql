with

accepted_rows as (

    select * from {{ ref('int_accepted_rows') }}

),

retraction_states as (

    select * from {{ ref('int_taken_back_periods') }}

),

moved_statements as (

    select statement_id
    from accepted_rows
    where statement_id <> event_id

    union

    select accepted_rows.statement_id
    from accepted_rows
    semi join retraction_states
        on accepted_rows.event_id = retraction_states.target_event_id

)

select * from moved_statements
