-- What each event of publication says, while it is its statement's current version and the
-- statement of its visit stands. Later versions of the visit do not matter: an edition of tomorrow
-- must not undo the publications of today.
with

publications as (

    select
        event_rows.row_id,
        event_rows.visit_id,
        coalesce(event_rows.what, 'report') as what,
        -- Files older than the column mean the envelope's document.
        coalesce(
            event_rows.published_document_id,
            case when event_rows.what is null then event_rows.document_id end
        ) as document_id,
        {# The days that the event leaves open, from each of its columns. #}
        coalesce(event_rows.occurred_on, {{ first_day() }}) as occurred_from,
        coalesce(
            case event_rows.occurred_precision
                when 'day' then event_rows.occurred_on
                when 'month' then last_day(event_rows.occurred_on)
                when 'year'
                    then cast(event_rows.occurred_on + interval 1 year - interval 1 day as date)
            end,
            {{ end_of_days() }}
        ) as occurred_to,
        event_rows.published_on,
        event_rows.published_not_before,
        event_rows.published_not_after

    from {{ ref('int_event_rows') }} as event_rows
    anti join {{ ref('int_unaccepted_rows') }} as unaccepted_rows
        on event_rows.row_id = unaccepted_rows.row_id
    where event_rows.event_type = 'reports_published'

),

dated_publications as (

    select
        row_id,
        visit_id,
        what,
        document_id,
        greatest(occurred_from, published_on, published_not_before) as latest_start,
        least(occurred_to, published_on, published_not_after) as earliest_end,
        least(
            occurred_from,
            coalesce(published_on, occurred_from),
            coalesce(published_not_before, occurred_from)
        ) as earliest_start,
        greatest(
            occurred_to,
            coalesce(published_on, occurred_to),
            coalesce(published_not_after, occurred_to)
        ) as latest_end

    from publications

),

version_periods as (

    select
        version_periods.row_id,
        version_periods.known_from,
        version_periods.known_to

    from {{ ref('int_version_periods') }} as version_periods
    semi join dated_publications
        on version_periods.row_id = dated_publications.row_id
    where version_periods.event_type = 'reports_published'

),

-- The statement that introduces a visit, and since when it does so under this id.
visit_statements as (

    select
        visits.visit_id,
        visits.statement_id,
        min(visits.recorded_at) as recorded_at

    from {{ ref('int_event_rows') }} as visits
    semi join dated_publications
        on visits.visit_id = dated_publications.visit_id
    anti join {{ ref('int_unaccepted_rows') }} as unaccepted_rows
        on visits.row_id = unaccepted_rows.row_id
    where visits.{{ introduces(['visit']) }}
    group by visits.visit_id, visits.statement_id

),

visit_periods as (

    select
        visit_statements.visit_id,
        greatest(visit_statements.recorded_at, version_periods.known_from) as known_from,
        version_periods.known_to

    from visit_statements
    inner join {{ ref('int_version_periods') }} as version_periods
        on visit_statements.statement_id = version_periods.statement_id
    anti join {{ ref('int_unaccepted_rows') }} as unaccepted_rows
        on version_periods.row_id = unaccepted_rows.row_id
    where version_periods.{{ introduces(['visit']) }}

),

readings as (

    select
        dated_publications.what,
        dated_publications.visit_id,
        dated_publications.document_id,
        -- Days of one row that contradict each other are as those of two.
        case
            when dated_publications.latest_start <= dated_publications.earliest_end
                then dated_publications.latest_start
            else dated_publications.earliest_start
        end as public_not_before,
        case
            when dated_publications.latest_start <= dated_publications.earliest_end
                then dated_publications.earliest_end
            else dated_publications.latest_end
        end as public_by,
        version_periods.row_id,
        greatest(version_periods.known_from, visit_periods.known_from) as known_from,
        coalesce(
            least(version_periods.known_to, visit_periods.known_to), {{ last_instant() }}
        ) as known_to

    from dated_publications
    inner join version_periods
        on dated_publications.row_id = version_periods.row_id
    left join visit_periods
        on dated_publications.visit_id = visit_periods.visit_id
    where dated_publications.visit_id is null or visit_periods.visit_id is not null

),

publication_readings as (

    select
        *,
        concat_ws(chr(31), what, coalesce(visit_id, ''), coalesce(document_id, ''))
            as publication_id,
        -- What a withdrawal ends: the document, or what of its visit names none.
        coalesce(document_id, concat_ws(chr(31), 'visit', visit_id)) as withdrawable_id

    from readings
    where known_from < known_to

)

select * from publication_readings
