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
