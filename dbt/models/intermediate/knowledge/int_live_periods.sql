-- Half-open, open end null. Both sides of each join hold maximal periods, so that what they have in
-- common is maximal too. A row that introduces a subject names it as well: it is live in all the
-- time in which its versions are, which takes nothing from this one.
with

version_periods as (

    select *
    from {{ ref('int_version_periods') }}
    where not {{ is_evidence() }}

),

unaccepted_rows as (

    select row_id from {{ ref('int_unaccepted_rows') }}

),

subject_periods as {{ read_each_time() }}(

    select * from {{ ref('int_subject_periods') }}

),

live_periods as (

    select
        version_periods.row_id,
        version_periods.event_type,

        {{ establishment_of(
            'version_periods', 'visit_periods', 'recommendation_periods', 'concern_periods'
        ) }} as establishment_id,
        greatest(
            version_periods.known_from,
            establishment_periods.known_from,
            visit_periods.known_from,
            concern_periods.known_from,
            recommendation_periods.known_from
        ) as known_from,
        {#- Nulls are passed over: an open end gives way to a closed one. #}
        least(
            version_periods.known_to,
            establishment_periods.known_to,
            visit_periods.known_to,
            concern_periods.known_to,
            recommendation_periods.known_to
        ) as known_to

    from version_periods
    left join subject_periods as establishment_periods
        on
            version_periods.establishment_id = establishment_periods.subject_id
            and establishment_periods.subject_kind = 'establishment'
    left join subject_periods as visit_periods
        on
            version_periods.visit_id = visit_periods.subject_id
            and visit_periods.subject_kind = 'visit'
    left join subject_periods as concern_periods
        on
            version_periods.concern_id = concern_periods.subject_id
            and concern_periods.subject_kind = 'concern'
    left join subject_periods as recommendation_periods
        on
            version_periods.recommendation_id = recommendation_periods.subject_id
            and recommendation_periods.subject_kind = 'recommendation'
    -- As many found live as are named. One condition for all: between the joins, one for each would
    -- let the optimiser expect few rows, and put all of them into hash tables.
    where
        {{ count_of_not_null([
            'version_periods.establishment_id',
            'version_periods.visit_id',
            'version_periods.concern_id',
            'version_periods.recommendation_id',
        ]) }}
        = {{ count_of_not_null([
            'establishment_periods.subject_id',
            'visit_periods.subject_id',
            'concern_periods.subject_id',
            'recommendation_periods.subject_id',
        ]) }}

),

overlapping_periods as (

    select live_periods.*
    from live_periods
    -- Last, as after an anti join the optimiser expects few rows.
    anti join unaccepted_rows
        on live_periods.row_id = unaccepted_rows.row_id
    where live_periods.known_to is null or live_periods.known_from < live_periods.known_to

)

select * from overlapping_periods
