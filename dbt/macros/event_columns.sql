{# Text becomes typed in one way everywhere, as `<column>_typed`. What does not fit is null there,
   and a fault in `row_fault`. Casts alone are too kind, and each engine is kind in other ways: only
   a text that matches the pattern of its kind is cast. #}
{% macro typed_columns(event_type) %}
    {%- set kinds = cast_kinds() -%}
    {%- for column in declared_columns(event_type) if column.config.meta.kind in kinds -%}
        {%- set kind = column.config.meta.kind -%}
        ,
        case
            when {{ matches(column.name, kinds[kind].pattern) }}
                then try_cast({{ instant_text(column.name) if kind == 'instant' else column.name }}
                    as {{ kinds[kind].type }})
        end as {{ column.name }}_typed
    {%- endfor %}
{% endmacro %}

{# The kinds that are cast: to which type, and the pattern of the texts that are. #}
{% macro cast_kinds() %}
    {{ return({
        'date': {'type': 'date', 'pattern': '^[0-9]{4}-[0-9]{2}-[0-9]{2}\\z'},
        'instant': {
            'type': 'timestamp',
            'pattern': '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]'
                ~ '(:[0-5][0-9]([.][0-9]{1,6})?)?Z\\z',
        },
        'integer': {'type': 'integer', 'pattern': '^-?[0-9]{1,9}\\z'},
        'number': {'type': 'double', 'pattern': '^-?[0-9]{1,15}([.][0-9]{1,15})?\\z'},
    }) }}
{% endmacro %}

{# An instant may leave out its seconds, which DuckDB's cast does not allow. #}
{% macro instant_text(column) -%}
    case
        when length({{ column }}) = 17 then substr({{ column }}, 1, 16) || ':00Z'
        else {{ column }}
    end
{%- endmacro %}

{% macro to_boolean(column) -%}
    case lower(event_rows.{{ column }}) when 'true' then true when 'false' then false end
        as {{ column }}
{%- endmacro %}

{# What every event carries, its digest, and its first fault where it has one. #}
{% macro envelope(event_type, checks) %}
        event_rows.file_name,
        event_rows.line_number,
        '{{ event_type }}' as event_type,

        event_rows.event_id,
        event_rows.occurred_on_typed as occurred_on,
        event_rows.occurred_precision,
        event_rows.recorded_at_typed as recorded_at,
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
    {%- set parts = ["'" ~ event_type ~ "'"] -%}
    {%- for column in declared_columns(event_type) -%}
        {%- set value = 'event_rows.' ~ column.name -%}
        {#- Copied once: a name put before each value would copy the value twice. -#}
        {%- do parts.extend([
            'case when ' ~ value ~ " is not null then chr(31) || '" ~ column.name ~ "=' end",
            value,
        ]) -%}
    {%- endfor -%}
    {{ digest_to_store(concatenated(parts)) }}
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
        {{- typed_columns(event_type) if execute else '' }}

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
    {%- if kind in cast_kinds() -%}
        event_rows.{{ column.name }}_typed as {{ column.name }}
    {%- elif kind == 'boolean' -%}{{ to_boolean(column.name) }}
    {%- elif column.config.meta.is_list -%}
        {{ tidied_list('event_rows.' ~ column.name) }} as {{ column.name }}
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
