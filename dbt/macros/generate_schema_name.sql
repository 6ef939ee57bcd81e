{# A layer's schema is its own name, the same for everybody who builds it. On a server that several
   builds share, each build puts its name before it. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ env_var('SCHEMA_PREFIX', '') }}{{ custom_schema_name or target.schema }}
{%- endmacro %}
