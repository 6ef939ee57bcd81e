{# Rows, as each engine numbers, reads and makes them. #}

{# Between `as` and the parenthesis of a CTE that is read several times, for a few columns each:
   DuckDB would copy it once for all, wider than memory; Spark reads it each time anyway. #}
{% macro read_each_time() -%}
    {{ return(adapter.dispatch('read_each_time')()) }}
{%- endmacro %}

{% macro duckdb__read_each_time() -%}
    {{ return('not materialized ') }}
{%- endmacro %}

{% macro spark__read_each_time() -%}
    {{ return('') }}
{%- endmacro %}

{# All columns of a relation but those named. #}
{% macro all_but(relation, columns) -%}
    {{ return(adapter.dispatch('all_but')(relation, columns)) }}
{%- endmacro %}

{% macro duckdb__all_but(relation, columns) -%}
    {{ return(relation ~ '.* exclude (' ~ columns | join(', ') ~ ')') }}
{%- endmacro %}

{% macro spark__all_but(relation, columns) -%}
    {{ return(relation ~ '.* except (' ~ columns | join(', ') ~ ')') }}
{%- endmacro %}

{# A number for each row of a table that is stored, as a column `row_id`: DuckDB has one, Spark is
   asked for one as the table is written (`row_id_to_store`). #}
{% macro row_id_to_store() -%}
    {{ return(adapter.dispatch('row_id_to_store')()) }}
{%- endmacro %}

{% macro duckdb__row_id_to_store() -%}
    {{ return('') }}
{%- endmacro %}

{% macro spark__row_id_to_store() -%}
    {{ return('monotonically_increasing_id() as row_id, ') }}
{%- endmacro %}

{# The number that a stored row has. #}
{% macro stored_row_id() -%}
    {{ return(adapter.dispatch('stored_row_id')()) }}
{%- endmacro %}

{% macro duckdb__stored_row_id() -%}
    {{ return('rowid') }}
{%- endmacro %}

{% macro spark__stored_row_id() -%}
    {{ return('row_id') }}
{%- endmacro %}

{# All columns of a stored table, and the number of each row as `row_id`. #}
{% macro all_and_row_id() -%}
    {{ return(adapter.dispatch('all_and_row_id')()) }}
{%- endmacro %}

{% macro duckdb__all_and_row_id() -%}
    {{ return('rowid as row_id, *') }}
{%- endmacro %}

{% macro spark__all_and_row_id() -%}
    {{ return('*') }}
{%- endmacro %}

{# A row for each part of a text between separators, which a pattern finds. Stands alone in a
   select list. #}
{% macro each_part(text, separators) -%}
    {{ return(adapter.dispatch('each_part')(text, separators)) }}
{%- endmacro %}

{% macro duckdb__each_part(text, separators) -%}
    {{ return('unnest(string_split_regex(' ~ text ~ ', ' ~ text_literal(separators) ~ '))') }}
{%- endmacro %}

{% macro spark__each_part(text, separators) -%}
    {{ return('explode(split(' ~ text ~ ', ' ~ text_literal(separators) ~ '))') }}
{%- endmacro %}

{# The same, with the number of each part, from nought: two columns, `part_number` and `part`. #}
{% macro each_numbered_part(text, separators) -%}
    {{ return(adapter.dispatch('each_numbered_part')(text, separators)) }}
{%- endmacro %}

{% macro duckdb__each_numbered_part(text, separators) -%}
    {%- set parts = 'string_split_regex(' ~ text ~ ', ' ~ text_literal(separators) ~ ')' -%}
    {{ return('unnest(range(len(' ~ parts ~ '))) as part_number, unnest(' ~ parts ~ ') as part') }}
{%- endmacro %}

{% macro spark__each_numbered_part(text, separators) -%}
    {{ return(
        'posexplode(split(' ~ text ~ ', ' ~ text_literal(separators) ~ ')) as (part_number, part)'
    ) }}
{%- endmacro %}

{# The last value of a window that is not null, less the window. #}
{% macro last_not_null(value) -%}
    {{ return(adapter.dispatch('last_not_null')(value)) }}
{%- endmacro %}

{% macro duckdb__last_not_null(value) -%}
    {{ return('last_value(' ~ value ~ ' ignore nulls)') }}
{%- endmacro %}

{% macro spark__last_not_null(value) -%}
    {{ return('last_value(' ~ value ~ ') ignore nulls') }}
{%- endmacro %}
