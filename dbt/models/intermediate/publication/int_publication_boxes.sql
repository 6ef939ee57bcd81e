-- When what a publication brought was public: from its last possible day on, until a withdrawal's.
with

publications as (

    select *
    from {{ ref('int_publication_history') }}
    where is_public and public_by < {{ end_of_days() }}

),

withdrawals as (

    select *
    from {{ ref('int_publication_history') }}
    where not is_public and public_by < {{ end_of_days() }}

),

-- Only where a withdrawal begins or ceases to be known within a publication's interval is that cut.
instants as (

    select
        publication_id,
        known_from,
        known_from as known_at

    from publications

    union

    select
        publications.publication_id,
        publications.known_from,
        greatest(withdrawals.known_from, publications.known_from) as known_at

    from publications
    inner join withdrawals
        on publications.withdrawable_id = withdrawals.withdrawable_id
    where withdrawals.known_from < publications.known_to

    union

    select
        publications.publication_id,
        publications.known_from,
        withdrawals.known_to as known_at

    from publications
    inner join withdrawals
        on publications.withdrawable_id = withdrawals.withdrawable_id
    where
        withdrawals.known_to > publications.known_from
        and withdrawals.known_to < publications.known_to

),

segments as (

    select
        publication_id,
        known_from as publication_known_from,
        known_at as known_from,
        lead(known_at) over (
            partition by publication_id, known_from
            order by known_at
        ) as next_known_at

    from instants

),

ended_segments as (

    select
        segments.publication_id,
        segments.publication_known_from,
        segments.known_from,
        min(withdrawals.public_by) as withdrawn_by

    from segments
    inner join publications
        on
            segments.publication_id = publications.publication_id
            and segments.publication_known_from = publications.known_from
    inner join withdrawals
        on
            publications.withdrawable_id = withdrawals.withdrawable_id
            and segments.known_from >= withdrawals.known_from
            and segments.known_from < withdrawals.known_to
    group by segments.publication_id, segments.publication_known_from, segments.known_from

),

boxes as (

    select
        publications.publication_id,
        publications.what,
        publications.visit_id,
        publications.document_id,
        publications.carries,
        publications.public_not_before,
        segments.known_from,
        coalesce(segments.next_known_at, publications.known_to) as known_to,
        publications.public_by as public_from,
        coalesce(ended_segments.withdrawn_by, {{ end_of_days() }}) as public_to

    from segments
    inner join publications
        on
            segments.publication_id = publications.publication_id
            and segments.publication_known_from = publications.known_from
    left join ended_segments
        on
            segments.publication_id = ended_segments.publication_id
            and segments.publication_known_from = ended_segments.publication_known_from
            and segments.known_from = ended_segments.known_from

)

select *
from boxes
where {{ is_box() }}
