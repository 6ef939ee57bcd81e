-- Each version of these statements with the intervals in which it stands.
with

publications as (

    select count(*) as publication_count
    from {{ ref('int_publication_boxes') }}

),

rows_of_statements as (

    select keyed_rows.*
    from {{ ref('int_keyed_rows') }} as keyed_rows
    semi join {{ ref('int_manifold_statements') }} as manifold_statements
        on keyed_rows.statement_id = manifold_statements.statement_id
    cross join publications
    where publications.publication_count > 0

),

versions as (

    select
        rows_of_statements.row_id,
        rows_of_statements.event_type,
        rows_of_statements.event_id,
        rows_of_statements.statement_id,
        rows_of_statements.recorded_at,
        rows_of_statements.document_id,
        rows_of_statements.recommendation_id,
        rows_of_statements.is_of_moved_recommendation,
        rows_of_statements.visit_id,
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
        versions.row_id,
        versions.event_type,
        versions.event_id,
        versions.statement_id,
        versions.recorded_at,
        versions.document_id,
        versions.recommendation_id,
        versions.is_of_moved_recommendation,
        versions.visit_id,
        versions.original_document_id,
        versions.original_visit_id,
        versions.original_recommendation_id,
        versions.is_original_of_moved_recommendation,
        standing.known_from,
        coalesce(standing.known_to, {{ last_instant() }}) as known_to

    from versions
    inner join {{ ref('int_standing_versions') }} as standing
        on versions.event_id = standing.event_id

    union all

    select
        versions.row_id,
        versions.event_type,
        versions.event_id,
        versions.statement_id,
        versions.recorded_at,
        versions.document_id,
        versions.recommendation_id,
        versions.is_of_moved_recommendation,
        versions.visit_id,
        versions.original_document_id,
        versions.original_visit_id,
        versions.original_recommendation_id,
        versions.is_original_of_moved_recommendation,
        versions.recorded_at as known_from,
        {{ last_instant() }} as known_to

    from versions
    anti join {{ ref('int_revised_statements') }} as revised_statements
        on versions.statement_id = revised_statements.statement_id

)

select * from standing_versions
