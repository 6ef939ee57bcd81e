{# Periods of one key that touch or overlap, such as those of a version and its correction, are one:
   three CTEs, the last of which is called `name`. Empty periods are passed over; `tie` orders those
   that begin together. #}
{% macro merged_periods(name, periods, key, tie) -%}
marked_{{ name }} as (

    select
        {{ key }},
        known_from,
        known_to,

        max_by(establishment_id, known_from) over (partition by {{ key }}) as establishment_id,
        max(coalesce(known_to, timestamp '9999-12-31')) over (
            partition by {{ key }}
            order by known_from, {{ tie }}
            rows between unbounded preceding and 1 preceding
        ) as known_so_far

    from {{ periods }}
    where known_to is null or known_from < known_to

),

numbered_{{ name }} as (

    select
        *,

        sum(case when known_from <= known_so_far then 0 else 1 end) over (
            partition by {{ key }}
            order by known_from, known_so_far nulls first
            rows between unbounded preceding and current row
        ) as period_number

    from marked_{{ name }}

),

{{ name }} as (

    select
        {{ key }},
        establishment_id,
        min(known_from) as known_from,
        case when bool_or(known_to is null) then null else max(known_to) end as known_to

    from numbered_{{ name }}
    group by {{ key }}, establishment_id, period_number

)
{%- endmacro %}

{# How many of some columns are not null. #}
{% macro count_of_not_null(columns) -%}
    {%- for column in columns %}
        {{ '+ ' if not loop.first }}cast({{ column }} is not null as integer)
    {%- endfor %}
{%- endmacro %}

{# An event belongs to the establishment that it names, else to that of what it names. #}
{% macro establishment_of(event, visit, recommendation, concern) -%}
coalesce(
            {{ event }}.establishment_id,
            {{ visit }}.establishment_id,
            {{ recommendation }}.establishment_id,
            {{ concern }}.establishment_id
        )
{%- endmacro %}
