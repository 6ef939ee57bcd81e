{# What had been recorded by then is all that a build may know:
   `--vars 'known_at: 2023-01-01T00:00:00Z'` rebuilds the warehouse as it stood at that instant.
   Without it, everything is known. #}
{% macro known_at() -%}
    cast('{{ var("known_at") }}' as timestamp)
{%- endmacro %}
