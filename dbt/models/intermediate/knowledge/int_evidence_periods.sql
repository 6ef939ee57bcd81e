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
live_versions as (

    select
        accepted_rows.statement_id,
        accepted_rows.row_id,
        live_periods.establishment_id,
        live_periods.known_from,
        live_periods.known_to

    from accepted_rows
    semi join evidence_rows
        on accepted_rows.statement_id = evidence_rows.statement_id
    inner join live_periods
        on accepted_rows.row_id = live_periods.row_id

),

{{ merged_periods(
    name='statement_periods', periods='live_versions', key='statement_id', tie='row_id'
) }},

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
