-- Since when each version that stands is public, as everything known has it.
with

holder_publicity as (

    select * from {{ ref('int_holder_publicity') }}

),

event_publicity as (

    select
        keyed_rows.row_id,
        holder_publicity.public_not_before,
        holder_publicity.public_by,
        holder_publicity.public_basis

    from {{ ref('int_keyed_rows') }} as keyed_rows
    inner join {{ ref('int_publicity_keys') }} as keys
        on
            keyed_rows.document_id = keys.document_id
            and keyed_rows.event_type = keys.event_type
            and keyed_rows.visit_id = keys.visit_id
    inner join holder_publicity
        on keys.holder_id = holder_publicity.holder_id
    anti join {{ ref('int_manifold_statements') }} as manifold_statements
        on keyed_rows.statement_id = manifold_statements.statement_id

    union all

    select
        versions.row_id,
        holder_publicity.public_not_before,
        holder_publicity.public_by,
        holder_publicity.public_basis

    from {{ ref('int_manifold_versions') }} as versions
    inner join holder_publicity
        on versions.row_id = holder_publicity.holder_id
    where versions.known_to = {{ last_instant() }}

)

select * from event_publicity
