-- Since when each key or version is public, as everything known has it: by the source that was
-- public first. Boxes ask from which day on; here the days before, on which it may have been, are
-- kept too.
with

withdrawals as (

    select
        withdrawable_id,
        min(public_by) as withdrawn_by

    from {{ ref('int_publication_history') }}
    where
        not is_public
        and public_by < {{ end_of_days() }}
        and known_to = {{ last_instant() }}
    group by withdrawable_id

),

publications as (

    select
        publications.document_id,
        publications.visit_id,
        publications.carries,
        publications.public_not_before,
        publications.public_by

    from {{ ref('int_publication_history') }} as publications
    left join withdrawals
        on publications.withdrawable_id = withdrawals.withdrawable_id
    where
        publications.is_public
        and publications.known_to = {{ last_instant() }}
        -- What was withdrawn before it came out never did.
        and coalesce(publications.public_by < withdrawals.withdrawn_by, true)

),

carried_types as (

    select
        visit_id,
        public_not_before,
        public_by,
        {{ each_part('carries', '[|]') }} as event_type

    from publications
    where visit_id is not null and carries is not null

),

sources as (

    select *
    from {{ ref('int_sources') }}
    where known_to = {{ last_instant() }}

),

days_of_sources as (

    select
        sources.holder_id,
        sources.basis,
        sources.public_from,
        sources.public_to,
        publications.public_not_before,
        publications.public_by

    from sources
    inner join publications
        on sources.document_id = publications.document_id

    union all

    select
        sources.holder_id,
        sources.basis,
        sources.public_from,
        sources.public_to,
        carried_types.public_not_before,
        carried_types.public_by

    from sources
    inner join carried_types
        on
            sources.visit_id = carried_types.visit_id
            and sources.event_type = carried_types.event_type

),

bounded_days as (

    select
        holder_id,
        basis,
        greatest(public_not_before, public_from) as public_not_before,
        greatest(public_by, public_from) as public_by

    from days_of_sources
    where greatest(public_by, public_from) < public_to or public_by = {{ end_of_days() }}

),

ranked_days as (

    select
        *,

        min(public_not_before) over (partition by holder_id) as first_not_before,
        row_number() over (
            partition by holder_id
            order by
                public_by,
                case basis
                    when 'document' then 1
                    when 'original' then 2
                    when 'evidence' then 3
                    else 4
                end
        ) as place

    from bounded_days

),

holder_publicity as (

    select
        holder_id,
        case when first_not_before > {{ first_day() }} then first_not_before end
            as public_not_before,
        case when public_by < {{ end_of_days() }} then public_by end as public_by,
        case when public_by < {{ end_of_days() }} then basis end as public_basis

    from ranked_days
    where place = 1

)

select *
from holder_publicity
where public_not_before is not null or public_by is not null
