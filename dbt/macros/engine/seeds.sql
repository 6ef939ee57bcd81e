{# A reference seed: its rows come from the reader, which makes the files of SEEDS_DIR tables beside
   those of the log. dbt knows a seed by the project's own file, whatever folder is read. #}

{% materialization seed, adapter='duckdb' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        create or replace table {{ target.render() }} as
        select * exclude (row_id) from {{ rows_of_seed() }} order by row_id
    {%- endcall -%}
    {{ note_rows_of_seed() }}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# Spark numbers no rows of its own: the reader's numbers stay. #}
{% materialization seed, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {%- call statement('main') -%}
        create table {{ target.render() }} {{ file_format_clause() }} as
        select * from {{ rows_of_seed() }}
    {%- endcall -%}
    {{ note_rows_of_seed() }}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro rows_of_seed() -%}
    {{ env_var('SCHEMA_PREFIX', '') }}event_files.seed_{{ model.name }}
{%- endmacro %}

{# dbt asks each seed for the rows that it has read itself: none. #}
{% macro note_rows_of_seed() -%}
    {%- do store_result('agate_table', response='OK', agate_table=load_result('main').table) -%}
{%- endmacro %}
