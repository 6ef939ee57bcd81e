-- noqa: disable=LT02
-- (The linter would indent what a loop repeats deeper than what it makes.)
-- Kind after kind, as a visit counts once its establishment does, and a recommendation once its
-- visit does.
with

link_faults as (

    select * from {{ ref('int_link_faults') }}

),
{% for kind in subject_kinds() %}
{%- set earlier_kinds = subject_kinds()[:loop.index0] %}

-- Read several times, for a few columns each: copied once for all would be wider than memory.
{{ kind }}_rows as {{ read_each_time() }}(

    select *
    from {{ ref('int_sound_rows') }}
    where {{ introduces([kind]) }}

),

{{ kind }}_parents as (

    select
        {{ kind }}_rows.row_id,

        case
            {%- for earlier in earlier_kinds %}
            when
                {{ kind }}_rows.{{ earlier }}_id is not null
                and known_{{ earlier }}s.{{ earlier }}_id is null
                then '{{ earlier }}_id'
            {%- else %}
            when false then ''
            {%- endfor %}
        end as unknown_column

    from {{ kind }}_rows
    {%- for earlier in earlier_kinds %}
    left join known_{{ earlier }}s
        on {{ kind }}_rows.{{ earlier }}_id = known_{{ earlier }}s.{{ earlier }}_id
    {%- endfor %}

),

{{ kind }}s_without_parent as (

    select *
    from {{ kind }}_parents
    where unknown_column is not null

),

{{ kind }}_corrections_with_original as (

    select corrections.row_id

    from {{ kind }}_rows as corrections
    inner join {{ kind }}_rows as originals
        on corrections.statement_id = originals.event_id
    anti join {{ kind }}s_without_parent
        on originals.row_id = {{ kind }}s_without_parent.row_id
    where corrections.corrects_event_id is not null

),

{{ kind }}_candidates as (

    select
        {{ kind }}_rows.row_id,
        {{ kind }}_rows.event_id,
        {{ kind }}_rows.statement_id,
        {{ kind }}_rows.corrects_event_id,
        {{ kind }}_rows.recorded_at,
        {{ kind }}_rows.{{ kind }}_id,

        link_faults.link_column,
        link_faults.link_fault,
        {{ kind }}s_without_parent.unknown_column,
        link_faults.link_fault is null
        and {{ kind }}s_without_parent.unknown_column is null
        and (
            {{ kind }}_rows.corrects_event_id is null
            or {{ kind }}_corrections_with_original.row_id is not null
        ) as is_acceptable

    from {{ kind }}_rows
    left join link_faults
        on {{ kind }}_rows.row_id = link_faults.row_id
    left join {{ kind }}s_without_parent
        on {{ kind }}_rows.row_id = {{ kind }}s_without_parent.row_id
    left join {{ kind }}_corrections_with_original
        on {{ kind }}_rows.row_id = {{ kind }}_corrections_with_original.row_id

),

{% if is_introduced_once(kind) -%}
-- One statement introduces an id: the first by (recorded_at, event_id).
{% else -%}
-- Any statement may describe an id again.
{% endif -%}
first_statements_of_{{ kind }}s as (

    select
        {{ kind }}_id,
        min_by(statement_id, (recorded_at, event_id)) as first_statement_id,
        min_by(event_id, (recorded_at, event_id)) as first_event_id

    from {{ kind }}_candidates
    where is_acceptable{{ '' if is_introduced_once(kind) else ' and false' }}
    group by {{ kind }}_id

),

{{ kind }}s_introduced_again as (

    select
        {{ kind }}_candidates.row_id,
        {{ kind }}_candidates.event_id,
        first_statements_of_{{ kind }}s.first_event_id

    from {{ kind }}_candidates
    inner join first_statements_of_{{ kind }}s
        on {{ kind }}_candidates.{{ kind }}_id = first_statements_of_{{ kind }}s.{{ kind }}_id
    where
        {{ kind }}_candidates.is_acceptable
        and {{ kind }}_candidates.statement_id
        <> first_statements_of_{{ kind }}s.first_statement_id

),

unaccepted_{{ kind }}s as (

    select
        {{ kind }}_candidates.row_id,
        '{{ kind }}' as introduced_kind,
        {{ kind }}_candidates.link_column,
        {{ kind }}_candidates.link_fault,
        {{ kind }}s_introduced_again.first_event_id as introduced_by_event_id,
        {{ kind }}_candidates.unknown_column

    from {{ kind }}_candidates
    left join {{ kind }}s_introduced_again
        on {{ kind }}_candidates.row_id = {{ kind }}s_introduced_again.row_id
    left join {{ kind }}s_introduced_again as rejected_originals
        on {{ kind }}_candidates.statement_id = rejected_originals.event_id
    where
        not {{ kind }}_candidates.is_acceptable
        or {{ kind }}s_introduced_again.row_id is not null
        or (
            {{ kind }}_candidates.corrects_event_id is not null
            and rejected_originals.event_id is not null
        )

),

known_{{ kind }}s as (

    select {{ kind }}_rows.{{ kind }}_id
    from {{ kind }}_rows
    anti join unaccepted_{{ kind }}s
        on {{ kind }}_rows.row_id = unaccepted_{{ kind }}s.row_id
    group by {{ kind }}_rows.{{ kind }}_id

),
{% endfor %}

unaccepted_subjects as (
{% for kind in subject_kinds() %}
    select * from unaccepted_{{ kind }}s
    {{ 'union all' if not loop.last }}
{%- endfor %}

)

select * from unaccepted_subjects
