{# What events introduce and name, by the declaration in `event_files.yml`. #}

{# The kinds of subject, each after those that it hangs on. #}
{% macro subject_kinds() -%}
    {{ return(['establishment', 'visit', 'concern', 'recommendation']) }}
{%- endmacro %}

{# The event types that introduce a kind of subject; while the project is parsed, none is known. #}
{% macro types_that_introduce(kind) -%}
    {%- set types = [] -%}
    {%- for event_type in declared_types() -%}
        {%- for column in declared_columns(event_type) if column.config.meta.introduces == kind -%}
            {%- do types.append(event_type) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(types) }}
{%- endmacro %}

{# Whether the row introduces one of some kinds of subject. A list of names, so that what is asked
   of a type is read of that type alone. #}
{% macro introduces(kinds) -%}
    {%- set types = [] -%}
    {%- for kind in kinds -%}
        {%- do types.extend(types_that_introduce(kind)) -%}
    {%- endfor -%}
    event_type in ('{{ types | join("', '") }}')
{%- endmacro %}

{# Whether the row is about another event: a retraction or a reinstatement. #}
{% macro is_about_an_event() -%}
    event_type in ('{{ target_columns().keys() | join("', '") }}')
{%- endmacro %}

{# Whether the row is evidence about a fact: live while that fact is, and itself none. #}
{% macro is_evidence() -%}
    {%- set types = [] -%}
    {%- for event_type in declared_types() -%}
        {%- for column in declared_columns(event_type) if column.config.meta.about -%}
            {%- do types.append(event_type) -%}
        {%- endfor -%}
    {%- endfor -%}
    event_type in ('{{ types | join("', '") }}')
{%- endmacro %}

{# Whether one statement alone may bring an id of this kind; an establishment may be described
   again. #}
{% macro is_introduced_once(kind) %}
    {%- set found = [] -%}
    {%- for event_type in types_that_introduce(kind) -%}
        {%- for column in declared_columns(event_type)
            if column.config.meta.introduces and not column.config.meta.is_repeatable -%}
            {%- do found.append(column.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found | length > 0) }}
{% endmacro %}

{# The column of a retraction or reinstatement that names its event. #}
{% macro target_column() -%}
    case event_type
        {%- for event_type, column in target_columns().items() %}
        when '{{ event_type }}' then '{{ column }}'
        {%- endfor %}
        else 'target_event_id'
    end
{%- endmacro %}
