-- noqa: disable=LT02
-- (The linter would indent what a loop repeats deeper than what it makes.)
-- Kind after kind, as a visit counts once its establishment does, and a recommendation once its
-- visit does. Windows, not joins of a kind with itself: some engines read a CTE anew wherever it is
-- named, and what the next kind names is multiplied by what this one did.
with

link_faults as (

    select * from {{ ref('int_link_faults') }}

),
{% for kind in subject_kinds() %}
{%- set earlier_kinds = subject_kinds()[:loop.index0] %}

{{ kind }}_rows as (

    select
        sound_rows.row_id,
        sound_rows.event_id,
        sound_rows.statement_id,
        sound_rows.corrects_event_id,
        sound_rows.recorded_at,
        sound_rows.{{ kind }}_id,
        link_faults.link_column,
        link_faults.link_fault,

        case
            {%- for earlier in earlier_kinds %}
            when
                sound_rows.{{ earlier }}_id is not null
                and known_{{ earlier }}s.{{ earlier }}_id is null
                then '{{ earlier }}_id'
            {%- else %}
            when false then ''
            {%- endfor %}
        end as unknown_column

    from {{ ref('int_sound_rows') }} as sound_rows
    left join link_faults
        on sound_rows.row_id = link_faults.row_id
    {%- for earlier in earlier_kinds %}
    left join known_{{ earlier }}s
        on sound_rows.{{ earlier }}_id = known_{{ earlier }}s.{{ earlier }}_id
    {%- endfor %}
    where {{ introduces([kind]) }}

),

-- A correction needs its original, and that one its parents.
{{ kind }}_candidates as (

    select
        *,

        link_fault is null
        and unknown_column is null
        and bool_or(corrects_event_id is null and unknown_column is null)
            over (partition by statement_id)
            as is_acceptable

    from {{ kind }}_rows

),

{% if is_introduced_once(kind) -%}
-- One statement introduces an id: the first by (recorded_at, event_id).
{{ kind }}_candidates_and_first as (

    select
        *,

        first_value(statement_id) over rows_of_an_id as first_statement_id,
        first_value(event_id) over rows_of_an_id as first_event_id

    from {{ kind }}_candidates
    window rows_of_an_id as (
        partition by {{ kind }}_id, is_acceptable
        order by recorded_at asc, event_id asc
    )

),

{{ kind }}_introductions as (

    select
        *,

        case
            when is_acceptable and statement_id <> first_statement_id then first_event_id
        end as introduced_by_event_id

    from {{ kind }}_candidates_and_first

),

judged_{{ kind }}s as (

    select
        *,

        is_acceptable
        and introduced_by_event_id is null
        and not bool_or(corrects_event_id is null and introduced_by_event_id is not null)
            over (partition by statement_id)
            as is_accepted

    from {{ kind }}_introductions

),
{% else -%}
-- Any statement may describe an id again.
judged_{{ kind }}s as (

    select
        *,

        cast(null as string) as introduced_by_event_id,
        is_acceptable as is_accepted

    from {{ kind }}_candidates

),
{% endif %}
known_{{ kind }}s as (

    select {{ kind }}_id
    from judged_{{ kind }}s
    where is_accepted
    group by {{ kind }}_id

),
{% endfor %}

unaccepted_subjects as (
{% for kind in subject_kinds() %}
    select
        row_id,
        '{{ kind }}' as introduced_kind,
        link_column,
        link_fault,
        introduced_by_event_id,
        unknown_column

    from judged_{{ kind }}s
    where not is_accepted
    {{ 'union all' if not loop.last }}
{%- endfor %}

)

select * from unaccepted_subjects
