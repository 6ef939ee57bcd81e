{# Rows of several relations under one another, columns matched by name, absent ones null. #}
{% macro union_by_name(relations) -%}
    {{ return(adapter.dispatch('union_by_name')(relations)) }}
{%- endmacro %}

{% macro duckdb__union_by_name(relations) -%}
    {%- for relation in relations %}
    select * from {{ relation }}
    {% if not loop.last %}union all by name{% endif %}
    {%- endfor %}
{%- endmacro %}

{% macro spark__union_by_name(relations) -%}
    {%- set columns_of = {} -%}
    {%- set types = {} -%}
    {%- for relation in relations if execute -%}
        {%- set names = [] -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do names.append(column.name) -%}
            {%- do types.setdefault(column.name, column.dtype) -%}
        {%- endfor -%}
        {%- do columns_of.update({relation | string: names}) -%}
    {%- endfor -%}
    {%- for relation in relations %}
    select
        {%- for name, type in types.items() %}
        {% if name in columns_of[relation | string] -%}
            {{ name }}
        {%- else -%}
            cast(null as {{ type }}) as {{ name }}
        {%- endif %}{{ ',' if not loop.last }}
        {%- else %}
        *
        {%- endfor %}
    from {{ relation }}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
{%- endmacro %}
