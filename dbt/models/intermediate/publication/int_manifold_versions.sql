-- Each version of these statements with the intervals in which it stands.
with

publications as (

    select count(*) as publication_count
    from {{ ref('int_publication_boxes') }}

),

rows_of_statements as (

    select
        keyed_rows.row_id,
        keyed_rows.event_type,
        keyed_rows.event_id,
        keyed_rows.statement_id,
        keyed_rows.recorded_at,
        keyed_rows.document_id,
        keyed_rows.recommendation_id,
        keyed_rows.is_of_moved_recommendation,
        keyed_rows.visit_id

    from {{ ref('int_keyed_rows') }} as keyed_rows
    semi join {{ ref('int_manifold_statements') }} as manifold_statements
        on keyed_rows.statement_id = manifold_statements.statement_id
    cross join publications
    where publications.publication_count > 0

),

versions as (

    select
        rows_of_statements.*,
        originals.document_id as original_document_id,
        originals.visit_id as original_visit_id,
        originals.recommendation_id as original_recommendation_id,
        originals.is_of_moved_recommendation as is_original_of_moved_recommendation

    from rows_of_statements
    inner join rows_of_statements as originals
        on rows_of_statements.statement_id = originals.event_id

),

standing_versions as (

    select
        versions.*,
        standing.known_from,
        coalesce(standing.known_to, {{ last_instant() }}) as known_to

    from versions
    inner join {{ ref('int_standing_versions') }} as standing
        on versions.event_id = standing.event_id

    union all

    select
        versions.*,
        versions.recorded_at as known_from,
        {{ last_instant() }} as known_to

    from versions
    anti join {{ ref('int_revised_statements') }} as revised_statements
        on versions.statement_id = revised_statements.statement_id

)

-- Its columns are those of the rows, of their originals, and the interval.
select * from standing_versions  -- noqa: AM04
