-- noqa: disable=LT02
-- (The linter would indent what a loop repeats deeper than what it makes.)
-- Kind after kind, as a subject is live only while those that it hangs on are.
with

unaccepted_rows as (

    select row_id from {{ ref('int_unaccepted_rows') }}

),
{% for kind in subject_kinds() %}
{%- set parents = subject_kinds()[:loop.index0] %}
{%- set version_and_parents = [kind ~ '_version_periods'] %}
{%- for parent in parents %}
    {%- do version_and_parents.append(parent ~ '_periods') %}
{%- endfor %}

{{ kind }}_version_periods as {{ read_each_time() }}(

    select *
    from {{ ref('int_version_periods') }}
    where {{ introduces([kind]) }}

),

live_{{ kind }}_versions as (

    select
        {{ kind }}_version_periods.{{ kind }}_id as subject_id,
        {{ kind }}_version_periods.event_id,

        coalesce(
            {{ kind }}_version_periods.establishment_id
            {%- for parent in parents if parent != 'establishment' %},
            {{ parent }}_periods.establishment_id
            {%- endfor %}
        ) as establishment_id,
        {{ latest_of('known_from', version_and_parents) }} as known_from,
        {#- Nulls are passed over: an open end gives way to a closed one. #}
        {{ earliest_of('known_to', version_and_parents) }} as known_to

    from {{ kind }}_version_periods
    {%- for parent in parents %}
    left join {{ parent }}_periods
        on {{ kind }}_version_periods.{{ parent }}_id = {{ parent }}_periods.subject_id
    {%- endfor %}
    anti join unaccepted_rows
        on {{ kind }}_version_periods.row_id = unaccepted_rows.row_id
    {%- for parent in parents %}
    {{ 'where' if loop.first else 'and' }} (
        {{ kind }}_version_periods.{{ parent }}_id is null
        or {{ parent }}_periods.subject_id is not null
    )
    {%- endfor %}

),

{{ merged_periods(
    name=kind ~ '_periods', periods='live_' ~ kind ~ '_versions', key='subject_id', tie='event_id'
) }},
{% endfor %}

subject_periods as (
{% for kind in subject_kinds() %}
    select
        '{{ kind }}' as subject_kind,
        subject_id,
        establishment_id,
        known_from,
        known_to

    from {{ kind }}_periods
    {{ 'union all' if not loop.last }}
{% endfor %}
)

select * from subject_periods
