with

typed_rows as (

    {{ union_by_name(staging_models()) }}

)

-- Its columns are those of the staging models.
select * from typed_rows  -- noqa: AM04
