-- The statements whose publicity hangs on more than document, type and visit: those with
-- corrections or retractions, those that another document confirms, and answers to a
-- recommendation that moved.
with

manifold_statements as (

    select statement_id from {{ ref('int_revised_statements') }}

    union

    select about_event_id as statement_id
    from {{ ref('int_revealed_versions') }}
    where {{ is_evidence() }} and stance = 'confirms'

    union

    select statement_id
    from {{ ref('int_keyed_rows') }}
    where is_of_moved_recommendation

)

select * from manifold_statements
