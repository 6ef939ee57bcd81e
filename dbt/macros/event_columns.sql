{# Text becomes typed in one way everywhere. What does not fit is null here, and a fault in
   `row_fault`: no lenient cast decides what is published. #}
{% macro cast_of_form(column, text, type) -%}
    case when event_rows.{{ column }}_has_form then try_cast({{ text }} as {{ type }}) end
        as {{ column }}
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
{% macro envelope(event_type, checks) %}
        event_rows.file_name,
        event_rows.line_number,
        '{{ event_type }}' as event_type,

        event_rows.event_id,
        {{ cast_of_form('occurred_on', 'event_rows.occurred_on', 'date') }},
        event_rows.occurred_precision,
        {{ cast_of_form('recorded_at', instant_text('recorded_at'), 'timestamp') }},
        event_rows.document_id,
        event_rows.paragraph,
        event_rows.corrects_event_id,

        {{ event_digest(event_type) }} as event_digest,
        {{ row_fault(checks) }}
{%- endmacro %}

{# What the declaration says of an event type. #}
{% macro declared_table(event_type) %}
    {{ return(graph.sources['source.inspections.event_files.' ~ event_type]) }}
{% endmacro %}

{# The columns that the declaration gives an event type, in its order. #}
{% macro declared_columns(event_type) %}
    {{ return(declared_table(event_type).columns.values() | list) }}
{% endmacro %}

{# What an event says, whatever file, line, quoting or line end it comes in. Empty columns are
   left out, so that a column added to the declaration changes no digest. #}
{% macro event_digest(event_type) -%}
    {%- if execute -%}
    md5(concat_ws(
        '',
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

{# A staging model: the rows of one event type's files, typed by its declaration, each with its
   digest and its first fault. A column that is added to the declaration needs nothing here. #}
{% macro staged(event_type) %}
{%- set checks = row_checks_of(event_type) if execute else [] %}
with

text_rows as (

    select
        *,

        {{ may_have_spaces(event_type) }} as may_have_spaces
        {{- forms(event_type) if execute else '' }}

    from {{ source('event_files', event_type) }}

),

event_rows as (

    select
        *,

        {{ fault_column(checks) }} as fault_column

    from text_rows

),

typed_rows as (

    select
        {{ envelope(event_type, checks) }}
        {%- for column in declared_payload(event_type) %},
        {{ typed(column) }}
        {%- endfor %}

    from event_rows

)

select * from typed_rows
{% endmacro %}

{% macro typed(column) -%}
    {%- set kind = column.config.meta.kind -%}
    {%- set types = {'date': 'date', 'integer': 'integer', 'number': 'double'} -%}
    {%- if kind in types -%}
        {{ cast_of_form(column.name, 'event_rows.' ~ column.name, types[kind]) }}
    {%- elif kind == 'boolean' -%}{{ to_boolean(column.name) }}
    {%- else -%}event_rows.{{ column.name }}
    {%- endif -%}
{%- endmacro %}

{# The columns of an event type after the envelope, which is the same for all. #}
{% macro declared_payload(event_type) %}
    {%- if not execute -%}{{ return([]) }}{%- endif -%}
    {{ return(declared_columns(event_type) | rejectattr('name', 'in', envelope_columns()) | list) }}
{% endmacro %}

{% macro envelope_columns() %}
    {{ return([
        'event_id',
        'occurred_on',
        'occurred_precision',
        'recorded_at',
        'document_id',
        'paragraph',
        'corrects_event_id',
    ]) }}
{% endmacro %}

{# The event types in the order of their names: known once the project is parsed, and before that
   none. #}
{% macro declared_types() %}
    {%- set names = [] -%}
    {%- if execute -%}
        {%- for table in graph.sources.values()
            if table.source_name == 'event_files' and 'event_id' in table.columns
                and 'recorded_at' in table.columns -%}
            {%- do names.append(table.name) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(names | sort) }}
{% endmacro %}

{# The names of all payload columns, each once, but for those given and those that name another
   event. #}
{% macro payload_of_all_types(but_for=[]) %}
    {%- set names = [] -%}
    {%- for event_type in declared_types() -%}
        {%- for column in declared_payload(event_type)
            if column.name not in but_for and column.name not in names
                and not column.config.meta.targets -%}
            {%- do names.append(column.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{# The columns by which retractions and reinstatements name the event that they are about, by type. #}
{% macro target_columns() %}
    {%- set columns = {} -%}
    {%- for event_type in declared_types() -%}
        {%- for column in declared_payload(event_type) if column.config.meta.targets -%}
            {%- do columns.update({event_type: column.name}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns) }}
{% endmacro %}

{# The event that a retraction or reinstatement is about; null in rows of other types. #}
{% macro target_event_id() -%}
    {%- set columns = [] -%}
    {%- for column in target_columns().values() -%}
        {%- do columns.append('typed_rows.' ~ column) -%}
    {%- endfor -%}
    coalesce({{ (columns + ['null']) | join(', ') }})
{%- endmacro %}
