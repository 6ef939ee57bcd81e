-- Of rows of every verdict: the readers of this view leave the unaccepted ones out last. After an
-- anti join the optimiser expects few rows, and would build its hash tables of them.
with

event_rows as (

    select
        row_id,
        event_type,
        event_id,
        statement_id,
        recorded_at,
        establishment_id,
        visit_id,
        concern_id,
        recommendation_id

    from {{ ref('int_event_rows') }}

),

revised_statements as (

    select * from {{ ref('int_revised_statements') }}

),

revised_version_periods as (

    select * from {{ ref('int_revised_version_periods') }}

),

version_periods as (

    select
        event_rows.*,

        event_rows.recorded_at as known_from,
        cast(null as timestamp) as known_to

    from event_rows
    anti join revised_statements
        on event_rows.statement_id = revised_statements.statement_id

    union all

    select
        event_rows.*,

        revised_version_periods.known_from,
        revised_version_periods.known_to

    from event_rows
    inner join revised_version_periods
        on event_rows.event_id = revised_version_periods.event_id

)

-- Its columns are those of the rows.
select * from version_periods  -- noqa: AM04
