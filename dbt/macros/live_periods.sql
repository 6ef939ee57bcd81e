{# When the accepted rows of one level were live: while they were their statement's current
   version, and every subject that they name was live. Half-open, open end null. Both sides hold
   maximal periods, so their intersections are maximal too. An event belongs to the establishment
   that it names, else to that of its visit or recommendation as last known.

   `level` is one of `levels`, `columns` what is handed on beside. What its rows name is read from
   the declaration. #}
{% macro live_periods(level, columns) %}
{%- set names = named_on_level(level) %}
with

-- Read twice, for a few columns: copied once they would be wider than memory.
level_rows as not materialized (

    select *
    from {{ ref('int_event_rows') }}
    where {{ are_of_levels([level]) }}

),

unaccepted_rows as (

    select row_id from {{ ref('int_unaccepted_rows') }}

),

moved_version_periods as (

    select * from {{ ref('int_moved_version_periods') }}

),

moved_statements as (

    select statement_id
    from {{ ref('int_moved_statements') }}

),
{% for subject in names %}

{{ subject }}_periods as (

    select * from {{ ref('int_' ~ subject ~ '_periods') }}

),
{% endfor %}

version_periods as (

    select
        level_rows.*,

        level_rows.recorded_at as known_from,
        cast(null as timestamp) as known_to

    from level_rows
    anti join moved_statements
        on level_rows.statement_id = moved_statements.statement_id

    union all

    select
        level_rows.*,

        moved_version_periods.known_from,
        moved_version_periods.known_to

    from level_rows
    inner join moved_version_periods
        on level_rows.event_id = moved_version_periods.event_id

),

live_periods as (

    select
        version_periods.row_id,
        version_periods.event_type,
        {%- for column in columns %}
        version_periods.{{ column }},
        {%- endfor %}

        coalesce(
            version_periods.establishment_id
            {%- for subject in names if subject in ('visit', 'recommendation') %}
            , {{ subject }}_periods.establishment_id
            {%- endfor %}
        ) as establishment_id,

        greatest(
            version_periods.known_from
            {%- for subject in names %}
            , {{ subject }}_periods.known_from
            {%- endfor %}
        ) as known_from,
        {# DuckDB's least and greatest pass over nulls: an open end gives way to a closed one. #}
        least(
            version_periods.known_to
            {%- for subject in names %}
            , {{ subject }}_periods.known_to
            {%- endfor %}
        ) as known_to

    from version_periods
    {%- for subject in names %}
    left join {{ subject }}_periods
        on version_periods.{{ subject }}_id = {{ subject }}_periods.{{ subject }}_id
    {%- endfor %}
    {%- if names %}
    where
        {%- for subject in names %}
        {{ 'and ' if not loop.first }}(
            version_periods.{{ subject }}_id is null
            or {{ subject }}_periods.{{ subject }}_id is not null
        )
        {%- endfor %}
    {%- endif %}

),

overlapping_periods as (

    select live_periods.*
    from live_periods
    -- Last, as the optimiser takes few rows to be left by it, and builds hash tables of the rest.
    anti join unaccepted_rows
        on live_periods.row_id = unaccepted_rows.row_id
    where live_periods.known_to is null or live_periods.known_from < live_periods.known_to

)

select * from overlapping_periods
{% endmacro %}

{# When a subject was live: while any live event introduced it. Periods that touch or overlap, such
   as those of a version and its correction, are one. With each stands what the subject `belongs_to`
   as that was last known. #}
{% macro subject_periods(live_model, subject_id, belongs_to=none) %}
with

live_periods as (

    select * from {{ ref(live_model) }}

),

marked_periods as (

    select
        {{ subject_id }},
        known_from,
        known_to,

        {% if belongs_to -%}
        max_by({{ belongs_to }}, known_from) over (
            partition by {{ subject_id }}
        ) as {{ belongs_to }},
        {% endif -%}
        max(coalesce(known_to, cast('infinity' as timestamp))) over (
            partition by {{ subject_id }}
            order by known_from, event_id
            rows between unbounded preceding and 1 preceding
        ) as known_so_far

    from live_periods

),

numbered_periods as (

    select
        {{ subject_id }},
        {%- if belongs_to %}
        {{ belongs_to }},
        {%- endif %}
        known_from,
        known_to,

        sum(case when known_from <= known_so_far then 0 else 1 end) over (
            partition by {{ subject_id }}
            order by known_from, known_so_far nulls first
            rows between unbounded preceding and current row
        ) as period_number

    from marked_periods

),

subject_periods as (

    select
        {{ subject_id }},
        {%- if belongs_to %}
        {{ belongs_to }},
        {%- endif %}
        min(known_from) as known_from,
        case when bool_or(known_to is null) then null else max(known_to) end as known_to

    from numbered_periods
    group by {{ subject_id }}, period_number{{ ', ' ~ belongs_to if belongs_to }}

)

select * from subject_periods
{% endmacro %}
