-- Events of publication that agree in what, visit and document are readings of one. It lies in the
-- days that all have in common; where there are none, between the first and the last of any.
with

readings as (

    select * from {{ ref('int_publication_readings') }}

),

{{ slabs_of('readings', 'readings', 'publication_id') }},

read_publications as (

    select
        slabs.publication_id,
        slabs.slab_from as known_from,
        slabs.slab_to as known_to,
        readings.what,
        readings.visit_id,
        readings.document_id,
        readings.withdrawable_id,
        max(readings.public_not_before) as latest_start,
        min(readings.public_by) as earliest_end,
        min(readings.public_not_before) as earliest_start,
        max(readings.public_by) as latest_end,
        count(*) as reading_count

    from slabs_of_readings as slabs
    inner join readings
        on
            slabs.publication_id = readings.publication_id
            and slabs.slab_from >= readings.known_from
            and slabs.slab_from < readings.known_to
    group by
        slabs.publication_id,
        slabs.slab_from,
        slabs.slab_to,
        readings.what,
        readings.visit_id,
        readings.document_id,
        readings.withdrawable_id

),

publications as (

    select
        read_publications.publication_id,
        read_publications.what,
        read_publications.visit_id,
        read_publications.document_id,
        read_publications.withdrawable_id,
        kinds.is_public,
        kinds.is_edition,
        kinds.carries,
        case
            when read_publications.latest_start <= read_publications.earliest_end
                then read_publications.latest_start
            else read_publications.earliest_start
        end as public_not_before,
        case
            when read_publications.latest_start <= read_publications.earliest_end
                then read_publications.earliest_end
            else read_publications.latest_end
        end as public_by,
        read_publications.reading_count,
        read_publications.latest_start > read_publications.earliest_end as is_disputed,
        read_publications.known_from,
        read_publications.known_to

    from read_publications
    inner join {{ ref('publication_kinds') }} as kinds
        on read_publications.what = kinds.what

)

select * from publications
