{# Text becomes typed in one way everywhere. What does not fit is null here, and a fault in
   `row_fault`: no lenient cast decides what is published. #}

{% macro to_date(column) -%}
    try_cast(event_rows.{{ column }} as date) as {{ column }}
{%- endmacro %}

{% macro to_integer(column) -%}
    try_cast(event_rows.{{ column }} as integer) as {{ column }}
{%- endmacro %}

{% macro to_number(column) -%}
    try_cast(event_rows.{{ column }} as double) as {{ column }}
{%- endmacro %}

{% macro to_boolean(column) -%}
    case lower(event_rows.{{ column }}) when 'true' then true when 'false' then false end
        as {{ column }}
{%- endmacro %}

{# An instant may leave out its seconds, which DuckDB's cast does not allow. #}
{% macro instant_text(column) -%}
    case
        when length(event_rows.{{ column }}) = 17
            then substr(event_rows.{{ column }}, 1, 16) || ':00Z'
        else event_rows.{{ column }}
    end
{%- endmacro %}

{# What every event carries, its digest, and its first fault where it has one. #}
{% macro envelope(event_type) %}
        event_rows.file_name,
        event_rows.line_number,
        '{{ event_type }}' as event_type,

        event_rows.event_id,
        {{ to_date('occurred_on') }},
        event_rows.occurred_precision,
        try_cast({{ instant_text('recorded_at') }} as timestamp) as recorded_at,
        event_rows.document_id,
        event_rows.paragraph,
        event_rows.corrects_event_id,

        {{ event_digest(event_type) }} as event_digest,
        {{ row_fault(event_type) }}
{%- endmacro %}

{# The columns that the declaration gives an event type, in its order. #}
{% macro declared_columns(event_type) %}
    {%- set tables = graph.sources.values()
        | selectattr('source_name', 'equalto', 'event_files')
        | selectattr('name', 'equalto', event_type) | list -%}
    {{ return(tables[0].columns.values() | list) }}
{% endmacro %}

{# What an event says, whatever file, line, quoting or line end it comes in. Empty columns are
   left out, so that a column added to the declaration changes no digest. #}
{% macro event_digest(event_type) -%}
    {%- if execute -%}
    md5(concat(
        '{{ event_type }}'
        {%- for column in declared_columns(event_type) %}
        {#- Copied once: a name put before each value would copy the value twice. #}
        , case when event_rows.{{ column.name }} is not null then chr(31) || '{{ column.name }}=' end
        , event_rows.{{ column.name }}
        {%- endfor %}
    ))
    {%- else -%}
    null
    {%- endif -%}
{%- endmacro %}

{# The event types, by the staging models that there is one of for each. #}
{% macro event_type_names() -%}
    {{ return([
        'establishments_described',
        'visits_held',
        'reports_published',
        'outcomes_judged',
        'concerns_raised',
        'recommendations_made',
        'responses_received',
        'progress_reported',
        'progress_judged',
        'progress_restated',
        'practice_noted',
        'findings_recorded',
        'figures_observed',
        'totals_stated',
        'events_retracted',
        'events_reinstated',
    ]) }}
{%- endmacro %}

{% macro staging_models() -%}
    {%- set models = [] -%}
    {%- for name in event_type_names() -%}
        {%- do models.append(ref('stg_' ~ name)) -%}
    {%- endfor -%}
    {{ return(models) }}
{%- endmacro %}
