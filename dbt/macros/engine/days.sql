{# Days, as each engine counts them and makes rows of them. A series stands alone in a select list. #}

{# The day of the week, from Monday, 1, to Sunday, 7 (ISO 8601). #}
{% macro day_of_week(day) -%}
    {{ return(adapter.dispatch('day_of_week')(day)) }}
{%- endmacro %}

{% macro duckdb__day_of_week(day) -%}
    {{ return('cast(extract(isodow from ' ~ day ~ ') as integer)') }}
{%- endmacro %}

{% macro spark__day_of_week(day) -%}
    {{ return('weekday(' ~ day ~ ') + 1') }}
{%- endmacro %}

{# The days from one day to another, less than nought where that is earlier; null for null. #}
{% macro days_between(first, last) -%}
    {{ return(adapter.dispatch('days_between')(first, last)) }}
{%- endmacro %}

{% macro duckdb__days_between(first, last) -%}
    {{ return("cast(datediff('day', " ~ first ~ ', ' ~ last ~ ') as integer)') }}
{%- endmacro %}

{% macro spark__days_between(first, last) -%}
    {{ return('datediff(' ~ last ~ ', ' ~ first ~ ')') }}
{%- endmacro %}

{# A row for each day from the first to the last. #}
{% macro each_day(first, last) -%}
    {{ return(adapter.dispatch('each_day')(first, last)) }}
{%- endmacro %}

{% macro duckdb__each_day(first, last) -%}
    {{ return('cast(unnest(generate_series(' ~ first ~ ', ' ~ last ~ ', interval 1 day)) as date)') }}
{%- endmacro %}

{% macro spark__each_day(first, last) -%}
    {{ return('explode(sequence(' ~ first ~ ', ' ~ last ~ ', interval 1 day))') }}
{%- endmacro %}

{# A row for each month, as its first day, from the first to the one before the end. #}
{% macro each_month_before(first, end) -%}
    {{ return(adapter.dispatch('each_month_before')(first, end)) }}
{%- endmacro %}

{% macro duckdb__each_month_before(first, end) -%}
    {{ return('cast(unnest(range(' ~ first ~ ', ' ~ end ~ ', interval 1 month)) as date)') }}
{%- endmacro %}

{% macro spark__each_month_before(first, end) -%}
    {{ return(
        'explode(sequence(' ~ first ~ ', add_months(' ~ end ~ ', -1), interval 1 month))'
    ) }}
{%- endmacro %}

{# A row for each whole number from the first to the last. #}
{% macro each_number(first, last) -%}
    {{ return(adapter.dispatch('each_number')(first, last)) }}
{%- endmacro %}

{% macro duckdb__each_number(first, last) -%}
    {{ return('cast(unnest(generate_series(' ~ first ~ ', ' ~ last ~ ')) as integer)') }}
{%- endmacro %}

{% macro spark__each_number(first, last) -%}
    {{ return('explode(sequence(' ~ first ~ ', ' ~ last ~ '))') }}
{%- endmacro %}

{# The latest or the earliest that some relations have in a column, nulls passed over; of one, its
   own: not every engine compares one with nothing. #}
{% macro latest_of(column, relations) -%}
    {{ return(_compared('greatest', column, relations)) }}
{%- endmacro %}

{% macro earliest_of(column, relations) -%}
    {{ return(_compared('least', column, relations)) }}
{%- endmacro %}

{% macro _compared(function, column, relations) -%}
    {%- set values = [] -%}
    {%- for relation in relations -%}
        {%- do values.append(relation ~ '.' ~ column) -%}
    {%- endfor -%}
    {{ return(function ~ '(' ~ values | join(', ') ~ ')' if values | length > 1 else values[0]) }}
{%- endmacro %}
