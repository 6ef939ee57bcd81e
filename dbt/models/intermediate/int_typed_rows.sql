with

typed_rows as (

    {{ union_by_name(staging_models()) }}

)

select * from typed_rows
