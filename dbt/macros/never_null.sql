{# The names of those of a model's columns that its contract declares never null. #}
{% macro never_null(columns) -%}
    {%- set names = [] -%}
    {%- for column in columns.values()
        if column.constraints | selectattr('type', 'equalto', 'not_null') | list -%}
        {%- do names.append(column.name) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}
