-- Of rows of every verdict: the readers of this view leave the unaccepted ones out last. After an
-- anti join the optimiser expects few rows, and would build its hash tables of them.
-- The rows are read twice rather than copied once for both, which would be wider than memory: a
-- view forgets `as not materialized`.
with

revised_statements as (

    select * from {{ ref('int_revised_statements') }}

),

revised_version_periods as (

    select * from {{ ref('int_revised_version_periods') }}

),

version_periods as (

    select
        event_rows.row_id,
        event_rows.event_type,
        event_rows.event_id,
        event_rows.statement_id,
        event_rows.recorded_at,
        event_rows.establishment_id,
        event_rows.visit_id,
        event_rows.concern_id,
        event_rows.recommendation_id,

        event_rows.recorded_at as known_from,
        cast(null as timestamp) as known_to

    from {{ ref('int_event_rows') }} as event_rows
    anti join revised_statements
        on event_rows.statement_id = revised_statements.statement_id

    union all

    select
        event_rows.row_id,
        event_rows.event_type,
        event_rows.event_id,
        event_rows.statement_id,
        event_rows.recorded_at,
        event_rows.establishment_id,
        event_rows.visit_id,
        event_rows.concern_id,
        event_rows.recommendation_id,

        revised_version_periods.known_from,
        revised_version_periods.known_to

    from {{ ref('int_event_rows') }} as event_rows
    inner join revised_version_periods
        on event_rows.event_id = revised_version_periods.event_id

)

-- Its columns are those of the rows.
select * from version_periods  -- noqa: AM04
