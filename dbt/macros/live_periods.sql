{# When the accepted rows of one level were live: while they were their statement's current
   version, and every subject that they name was live. Half-open, open end null. Both sides hold
   maximal periods, so their intersections are maximal too.

   `level` is the model of the rows, `names` lists the subjects that a row may name, `columns` what
   is handed on beside the row's key. #}
{% macro live_periods(level, names, columns) %}
with

accepted_rows as not materialized (

    select *
    from {{ ref(level) }}
    where verdict = 'accepted'

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
        accepted_rows.*,

        accepted_rows.recorded_at as known_from,
        cast(null as timestamp) as known_to

    from accepted_rows
    anti join moved_statements
        on coalesce(accepted_rows.corrects_event_id, accepted_rows.event_id)
            = moved_statements.statement_id

    union all

    select
        accepted_rows.*,

        moved_version_periods.known_from,
        moved_version_periods.known_to

    from accepted_rows
    inner join moved_version_periods
        on accepted_rows.event_id = moved_version_periods.event_id

),

live_periods as (

    select
        version_periods.row_id,
        {%- for column in columns %}
        version_periods.{{ column }},
        {%- endfor %}

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

    select *
    from live_periods
    where known_to is null or known_from < known_to

)

select * from overlapping_periods
{% endmacro %}

{# The levels, by the models of when their rows were live. #}
{% macro live_models() -%}
    {{ return([
        ref('int_live_establishments'),
        ref('int_live_visits'),
        ref('int_live_concerns'),
        ref('int_live_recommendations'),
        ref('int_live_others'),
        ref('int_live_retractions'),
    ]) }}
{%- endmacro %}

{# When a subject was live: while any live event introduced it. Periods that touch or overlap,
   such as those of a version and its correction, are one. #}
{% macro subject_periods(live_model, subject_id) %}
with

live_periods as (

    select * from {{ ref(live_model) }}

),

marked_periods as (

    select
        {{ subject_id }},
        known_from,
        known_to,

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
        min(known_from) as known_from,
        case when bool_or(known_to is null) then null else max(known_to) end as known_to

    from numbered_periods
    group by {{ subject_id }}, period_number

)

select * from subject_periods
{% endmacro %}
