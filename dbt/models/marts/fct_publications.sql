with

publications as (

    select *
    from {{ ref('int_publication_history') }}
    where known_to = {{ last_instant() }}

),

kinds as (

    select * from {{ ref('publication_kinds') }}

),

withdrawals as (

    select
        withdrawable_id,
        min(public_by) as withdrawn_by

    from publications
    where not is_public and public_by < {{ end_of_days() }}
    group by withdrawable_id

),

ranked_readings as (

    select
        readings.publication_id,
        event_rows.event_id,
        event_rows.document_id,
        event_rows.paragraph,
        event_rows.title,

        row_number() over (
            partition by readings.publication_id
            order by event_rows.recorded_at desc, event_rows.event_id desc
        ) as place

    from {{ ref('int_publication_readings') }} as readings
    inner join {{ ref('int_event_rows') }} as event_rows
        on readings.row_id = event_rows.row_id
    where readings.known_to = {{ last_instant() }}

),

-- The last day of a visit, or between which days it lies. Where the source gives the first day
-- alone, the last is taken to lie up to fourteen days later: a rule of ours.
visits as (

    select
        visit_id,
        establishment_id,
        visit_type,
        held_on,
        coalesce(
            ended_on, started_on, case when occurred_precision <> 'unknown' then held_on end
        ) as ended_not_before,
        coalesce(
            ended_on,
            cast(started_on + interval 14 day as date),
            cast(
                case occurred_precision
                    when 'day' then held_on
                    when 'month' then last_day(held_on)
                    when 'year'
                        then cast(held_on + interval 1 year - interval 1 day as date)
                end + interval 14 day as date
            )
        ) as ended_by

    from {{ ref('dim_visits') }}

),

bounded_publications as (

    select
        publications.publication_id,
        publications.what,
        kinds.name as what_name,
        publications.is_public,
        publications.is_edition,
        publications.visit_id,
        publications.document_id as published_document_id,
        case
            when publications.public_not_before > {{ first_day() }}
                then publications.public_not_before
        end as public_not_before,
        case when publications.public_by < {{ end_of_days() }} then publications.public_by end
            as public_by,
        publications.reading_count as readings,
        publications.is_disputed,
        case when publications.is_public then withdrawals.withdrawn_by end as withdrawn_by,
        visits.establishment_id,
        visits.visit_type,
        visits.held_on,
        visits.ended_not_before,
        visits.ended_by

    from publications
    inner join kinds
        on publications.what = kinds.what
    left join withdrawals
        on publications.withdrawable_id = withdrawals.withdrawable_id
    left join visits
        on publications.visit_id = visits.visit_id

),

lags as (

    select
        *,

        case
            when public_not_before = public_by and ended_not_before = ended_by
                then {{ days_between('ended_by', 'public_by') }}
        end as lag_days,
        {{ days_between('ended_by', 'public_not_before') }} as lag_days_at_least,
        {{ days_between('ended_not_before', 'public_by') }} as lag_days_at_most

    from bounded_publications
    where is_public

    union all

    select
        *,

        cast(null as integer) as lag_days,
        cast(null as integer) as lag_days_at_least,
        cast(null as integer) as lag_days_at_most

    from bounded_publications
    where not is_public

),

ranked_targets as (

    select
        lags.publication_id,
        targets.days,

        row_number() over (
            partition by lags.publication_id
            order by targets.held_from desc
        ) as place

    from lags
    inner join {{ ref('publication_targets') }} as targets
        on
            lags.visit_type = targets.visit_type
            and lags.what = targets.what
            and lags.held_on >= targets.held_from

),

publications_in_time as (

    select
        lags.visit_id,
        lags.what,
        lags.what_name,
        lags.published_document_id,
        lags.is_public,
        lags.is_edition,
        lags.public_not_before,
        lags.public_by,
        cast(lags.readings as bigint) as readings,
        lags.is_disputed,
        lags.withdrawn_by,
        lags.establishment_id,
        lags.visit_type,
        lags.held_on,
        lags.lag_days,
        -- What may have come out before its visit ended did not.
        case
            when
                lags.is_public
                and lags.lag_days is null
                and lags.ended_by is not null
                and coalesce(lags.lag_days_at_most, 0) >= 0
                then greatest(coalesce(lags.lag_days_at_least, 0), 0)
            else lags.lag_days_at_least
        end as lag_days_at_least,
        lags.lag_days_at_most,
        targets.days as target_days,
        case
            when lags.lag_days_at_most <= targets.days then true
            when lags.lag_days_at_least > targets.days then false
        end as is_in_time,
        readings.title,
        readings.event_id,
        readings.document_id,
        readings.paragraph

    from lags
    inner join ranked_readings as readings
        on
            lags.publication_id = readings.publication_id
            and readings.place = 1
    left join ranked_targets as targets
        on
            lags.publication_id = targets.publication_id
            and targets.place = 1

)

select * from publications_in_time
