-- Of revised statements alone: the only version of another stands from its recording on.
with

accepted_rows as (

    select * from {{ ref('int_accepted_rows') }}

),

retraction_periods as (

    select * from {{ ref('int_retraction_periods') }}

),

revised_statements as (

    select * from {{ ref('int_revised_statements') }}

),

versions as (

    select
        accepted_rows.statement_id,
        accepted_rows.event_id,
        accepted_rows.recorded_at

    from accepted_rows
    semi join revised_statements
        on accepted_rows.statement_id = revised_statements.statement_id

),

originals as (

    select
        statement_id,
        recorded_at

    from versions
    where event_id = statement_id

),

instants as (

    select
        statement_id,
        recorded_at as known_at

    from versions

    union

    select
        versions.statement_id,
        retraction_periods.known_from as known_at

    from versions
    inner join retraction_periods
        on versions.event_id = retraction_periods.target_event_id

),

segments as (

    select
        statement_id,
        known_at as known_from,
        lead(known_at) over instants_of_a_statement as known_to,
        row_number() over instants_of_a_statement as segment_number

    from instants

    window instants_of_a_statement as (
        partition by statement_id
        order by known_at
    )

),

standing_versions as (

    select
        segments.statement_id,
        segments.known_from,
        segments.known_to,
        segments.segment_number,
        versions.event_id,
        versions.recorded_at

    from segments
    inner join originals
        on
            segments.statement_id = originals.statement_id
            and segments.known_from >= originals.recorded_at
    inner join versions
        on
            segments.statement_id = versions.statement_id
            and segments.known_from >= versions.recorded_at
    left join retraction_periods as version_states
        on
            versions.event_id = version_states.target_event_id
            and version_states.is_retracted
            and {{ holds_at('version_states', 'segments.known_from') }}
    left join retraction_periods as original_states
        on
            segments.statement_id = original_states.target_event_id
            and original_states.is_retracted
            and {{ holds_at('original_states', 'segments.known_from') }}
    where
        version_states.target_event_id is null
        and original_states.target_event_id is null

)

select * from standing_versions
