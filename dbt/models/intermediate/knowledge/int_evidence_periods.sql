with

accepted_rows as (

    select * from {{ ref('int_accepted_rows') }}

),

live_periods as (

    select * from {{ ref('int_live_periods') }}

),

version_periods as (

    select *
    from {{ ref('int_version_periods') }}
    where {{ is_evidence() }}

),

evidence_rows as (

    select
        row_id,
        event_type,
        about_event_id as statement_id

    from accepted_rows
    where {{ is_evidence() }}

),

-- When any version of a statement that evidence is about was live.
marked_periods as (

    select
        accepted_rows.statement_id,
        live_periods.known_from,
        live_periods.known_to,

        max_by(live_periods.establishment_id, live_periods.known_from) over (
            partition by accepted_rows.statement_id
        ) as establishment_id,
        max(coalesce(live_periods.known_to, cast('infinity' as timestamp))) over (
            partition by accepted_rows.statement_id
            order by live_periods.known_from, live_periods.row_id
            rows between unbounded preceding and 1 preceding
        ) as known_so_far

    from accepted_rows
    semi join evidence_rows
        on accepted_rows.statement_id = evidence_rows.statement_id
    inner join live_periods
        on accepted_rows.row_id = live_periods.row_id

),

numbered_periods as (

    select
        *,

        sum(case when known_from <= known_so_far then 0 else 1 end) over (
            partition by statement_id
            order by known_from, known_so_far nulls first
            rows between unbounded preceding and current row
        ) as period_number

    from marked_periods

),

statement_periods as (

    select
        statement_id,
        establishment_id,
        min(known_from) as known_from,
        case when bool_or(known_to is null) then null else max(known_to) end as known_to

    from numbered_periods
    group by statement_id, establishment_id, period_number

),

evidence_periods as (

    select
        evidence_rows.row_id,
        evidence_rows.event_type,
        statement_periods.establishment_id,

        greatest(version_periods.known_from, statement_periods.known_from) as known_from,
        least(version_periods.known_to, statement_periods.known_to) as known_to

    from version_periods
    inner join evidence_rows
        on version_periods.row_id = evidence_rows.row_id
    inner join statement_periods
        on evidence_rows.statement_id = statement_periods.statement_id

),

overlapping_periods as (

    select *
    from evidence_periods
    where known_to is null or known_from < known_to

)

select * from overlapping_periods
