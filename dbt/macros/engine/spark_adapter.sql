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

{# The adapter would put values between quotes as they are: an apostrophe ends the statement, an empty
   value becomes the text None. A seed's rows get their number too, as DuckDB's have one. #}
{% macro spark__create_csv_table(model, agate_table) %}
    {%- set columns = [] -%}
    {%- for name in agate_table.column_names -%}
        {%- do columns.append(name ~ ' ' ~ model.config.column_types[name]) -%}
    {%- endfor -%}
    {%- set sql -%}
        create table {{ this.render() }} (row_id bigint, {{ columns | join(', ') }})
        {{ file_format_clause() }}
    {%- endset -%}
    {%- call statement('_') -%}{{ sql }}{%- endcall -%}
    {{ return(sql) }}
{% endmacro %}

{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model.config.column_types -%}
    {%- set rows = [] -%}
    {%- for row in agate_table.rows -%}
        {%- set values = [loop.index0 | string] -%}
        {%- for name in agate_table.column_names -%}
            {%- set value = 'null' if row[name] is none else text_literal(row[name] | string) -%}
            {%- do values.append('cast(' ~ value ~ ' as ' ~ types[name] ~ ')') -%}
        {%- endfor -%}
        {%- do rows.append('(' ~ values | join(', ') ~ ')') -%}
    {%- endfor -%}
    {%- set sql = 'insert into ' ~ this.render() ~ ' values ' ~ rows | join(', ') -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
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
