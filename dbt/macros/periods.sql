{# The order in which the latest event comes first: by the day it is about, then by when the log
   learned it, then by its id, so that no two events tie. Those without a day come last. #}
{% macro latest_first(relation=none, day='occurred_on') -%}
    {%- set of = relation ~ '.' if relation else '' -%}
{{ of }}{{ day }} desc nulls last, {{ of }}recorded_at desc, {{ of }}event_id desc
{%- endmacro %}

{# The order of one thing's events: by the day that each is about, a day's events as they were
   recorded, and event_id settles the rest. #}
{% macro earliest_first(relation=none) -%}
    {%- set of = relation ~ '.' if relation else '' -%}
{{ of }}occurred_on, {{ of }}recorded_at, {{ of }}event_id
{%- endmacro %}

{# Whether a row of periods holds on a day. Its end is the first day on which it does not. #}
{% macro holds_on(periods, day) -%}
{{ day }} >= {{ periods }}.valid_from
            and {{ day }} < coalesce({{ periods }}.valid_to, date '9999-12-31')
{%- endmacro %}

{# Whether a row of knowledge intervals holds at an instant. #}
{% macro holds_at(intervals, instant) -%}
{{ instant }} >= {{ intervals }}.known_from
            and {{ instant }} < coalesce({{ intervals }}.known_to, timestamp '9999-12-31')
{%- endmacro %}

{# The same number for all rows of an unbroken run: numbers that follow one another rise together with
   the places of their rows. `number` is the column that counts on, `same` lists what a run has in
   common. #}
{% macro run_of(number, same) -%}
{{ number }} - row_number() over (
            partition by {{ same | join(', ') }}
            order by {{ number }}
        )
{%- endmacro %}

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
