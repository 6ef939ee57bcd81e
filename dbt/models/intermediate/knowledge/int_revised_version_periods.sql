with

standing_versions as (

    select
        *,

        row_number() over (
            partition by statement_id, known_from
            order by recorded_at desc, event_id desc
        ) as place

    from {{ ref('int_standing_versions') }}

),

numbered_segments as (

    select
        statement_id,
        event_id,
        known_from,
        known_to,

        {{ run_of('segment_number', ['event_id']) }} as run_number

    from standing_versions
    where place = 1

),

revised_periods as (

    select
        statement_id,
        event_id,
        min(known_from) as known_from,
        case when bool_or(known_to is null) then null else max(known_to) end as known_to

    from numbered_segments
    group by statement_id, event_id, run_number

)

select * from revised_periods
