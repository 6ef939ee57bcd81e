{# What dbt's adapter for Spark does otherwise than the project needs. #}

{# A contract is compared with an empty query of its types, and Spark knows no `varchar` in a cast. #}
{% macro spark__get_empty_schema_sql(columns) %}
    {%- set of_spark = {} -%}
    {%- for name, column in columns.items() -%}
        {%- set type = 'string' if column.data_type == 'varchar' else column.data_type -%}
        {%- do of_spark.update({name: dict(column, data_type=type)}) -%}
    {%- endfor -%}
    {{ return(default__get_empty_schema_sql(of_spark)) }}
{% endmacro %}

{# Spark reads a view by running its statement anew wherever it is named, and what views of views
   name is multiplied. Only what is read once stays one: the staging models. #}
{% materialization view, adapter='spark' %}
    {%- if model.schema.endswith('staging') -%}
        {{ return(create_or_replace_view()) }}
    {%- endif -%}
    {{ return(materialization_table_spark()) }}
{% endmaterialization %}

{# After a mart is written: that what its contract declares never null is so. DuckDB holds a table to
   it while it writes; Spark compares a contract's types alone. #}
{% macro enforce_not_null() -%}
    {{ return(adapter.dispatch('enforce_not_null')()) }}
{%- endmacro %}

{% macro duckdb__enforce_not_null() -%}
    {{ return('') }}
{%- endmacro %}

{% macro spark__enforce_not_null() -%}
    {%- set counts = [] -%}
    {%- for name in never_null(model.columns) if execute -%}
        {%- do counts.append('count_if(' ~ name ~ ' is null) as ' ~ name) -%}
    {%- endfor -%}
    {%- if counts -%}
        {#- A query that nobody fetches is not run. -#}
        {%- set found = run_query('select ' ~ counts | join(', ') ~ ' from ' ~ this.render()) -%}
        {%- for name in found.column_names if found.columns[name][0] > 0 -%}
            {%- do exceptions.raise_compiler_error(
                'Constraint Error: NOT NULL constraint failed: ' ~ this.identifier ~ '.' ~ name
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return('') }}
{%- endmacro %}
