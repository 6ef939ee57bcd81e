{# The verdicts of one level of the log. A row is accepted when every subject that it names has
   been brought by an accepted row of an earlier level, and so has its original; until then it is
   waiting. An id is introduced by one statement: the first by (recorded_at, event_id).

   `rows` is a condition on int_sound_rows, `names` lists the subjects that a row may name, each
   with its level's model, `introduces` is the id that one statement alone may bring. #}
{% macro level_rows(rows, names, introduces=none) %}
with

-- Read three times, for a few columns each: copied once for all would be wider than memory.
sound_rows as not materialized (

    select *
    from {{ ref('int_sound_rows') }}
    where {{ rows }}

),

link_faults as (

    select * from {{ ref('int_link_faults') }}

),
{% for subject, level in names.items() %}

known_{{ subject }}s as (

    select {{ subject }}_id
    from {{ ref(level) }}
    where verdict = 'accepted'
    group by {{ subject }}_id

),
{% endfor %}

unplaced_rows as (

    select
        sound_rows.row_id,

        case
            {%- for subject in names %}
            when
                sound_rows.{{ subject }}_id is not null
                and known_{{ subject }}s.{{ subject }}_id is null
                then '{{ subject }}'
            {%- else %}
            when false then ''
            {%- endfor %}
        end as unknown_subject

    from sound_rows
    {%- for subject in names %}
    left join known_{{ subject }}s
        on sound_rows.{{ subject }}_id = known_{{ subject }}s.{{ subject }}_id
    {%- endfor %}
    where unknown_subject is not null

),

corrections_of_placed_rows as (

    select corrections.row_id

    from sound_rows as corrections
    inner join sound_rows as originals
        on corrections.statement_id = originals.event_id
    anti join unplaced_rows
        on originals.row_id = unplaced_rows.row_id
    where corrections.corrects_event_id is not null

),

candidates as (

    select
        sound_rows.*,

        link_faults.link_fault,
        unplaced_rows.unknown_subject,
        link_faults.link_fault is null
        and unplaced_rows.unknown_subject is null
        and (
            sound_rows.corrects_event_id is null
            or corrections_of_placed_rows.row_id is not null
        ) as is_acceptable

    from sound_rows
    left join link_faults
        on sound_rows.row_id = link_faults.row_id
    left join unplaced_rows
        on sound_rows.row_id = unplaced_rows.row_id
    left join corrections_of_placed_rows
        on sound_rows.row_id = corrections_of_placed_rows.row_id

),
{% if introduces %}

first_statements as (

    select
        {{ introduces }}_id,
        first(statement_id order by recorded_at, event_id) as first_statement_id,
        first(event_id order by recorded_at, event_id) as first_event_id

    from candidates
    where is_acceptable
    group by {{ introduces }}_id

),

second_introductions as (

    select
        candidates.row_id,
        candidates.event_id,
        first_statements.first_event_id

    from candidates
    inner join first_statements
        on candidates.{{ introduces }}_id = first_statements.{{ introduces }}_id
    where
        candidates.is_acceptable
        and candidates.statement_id <> first_statements.first_statement_id

),
{% endif %}

judged_rows as (

    select
        candidates.*,

        case
            when candidates.link_fault is not null then 'rejected'
            {%- if introduces %}
            when second_introductions.row_id is not null then 'rejected'
            when
                candidates.is_acceptable
                and (
                    candidates.corrects_event_id is null
                    or rejected_originals.event_id is null
                )
                then 'accepted'
            {%- else %}
            when candidates.is_acceptable then 'accepted'
            {%- endif %}
            else 'waiting'
        end as verdict,
        {% if introduces -%}
        second_introductions.first_event_id
        {%- else -%}
        cast(null as varchar)
        {%- endif %} as introduced_by_event_id

    from candidates
    {%- if introduces %}
    left join second_introductions
        on candidates.row_id = second_introductions.row_id
    left join second_introductions as rejected_originals
        on candidates.statement_id = rejected_originals.event_id
    {%- endif %}

),

verdicts as (

    select
        row_id,
        event_type,
        event_id,
        corrects_event_id,
        recorded_at,

        establishment_id,
        visit_id,
        concern_id,
        recommendation_id,
        target_event_id,

        verdict,
        case
            when verdict = 'accepted' then null
            when link_fault is not null and target_event_id is not null
                then {{ target_column() }}
            when link_fault is not null then 'corrects_event_id'
            {%- if introduces %}
            when introduced_by_event_id is not null then '{{ introduces }}_id'
            {%- endif %}
            when unknown_subject is not null then unknown_subject || '_id'
            else 'corrects_event_id'
        end as column_name,
        case
            when verdict = 'accepted' then null
            when link_fault is not null then coalesce(target_event_id, statement_id)
            {%- if introduces %}
            when introduced_by_event_id is not null then {{ introduces }}_id
            {%- endif %}
            {%- for subject in names %}
            when unknown_subject = '{{ subject }}' then {{ subject }}_id
            {%- endfor %}
            else statement_id
        end as value,
        case
            when verdict = 'accepted' then null
            when link_fault is not null and target_event_id is not null
                then {{ target_column() }} || ' ' || link_fault
            when link_fault is not null then 'corrects_event_id ' || link_fault
            {%- if introduces %}
            when introduced_by_event_id is not null
                then
                    '{{ introduces }}_id is introduced already, by ' || introduced_by_event_id
                    || '; expected an id of its own, or a correction that names that event'
            {%- endif %}
            when unknown_subject is not null
                then
                    unknown_subject || '_id names no ' || unknown_subject
                    || ' that the log knows yet; the row counts as soon as one arrives'
            else
                'corrects_event_id names no event that the log knows yet; the row counts as'
                || ' soon as it arrives'
        end as reason

    from judged_rows

)

select * from verdicts
{% endmacro %}

{# The levels, by the models of their rows. #}
{% macro level_models(with_retractions=true) -%}
    {%- set models = [
        ref('int_establishment_rows'),
        ref('int_visit_rows'),
        ref('int_concern_rows'),
        ref('int_recommendation_rows'),
        ref('int_other_rows'),
    ] -%}
    {%- if with_retractions -%}
        {%- do models.append(ref('int_retraction_rows')) -%}
    {%- endif -%}
    {{ return(models) }}
{%- endmacro %}

{% macro target_column() -%}
    case event_type
        when 'events_retracted' then 'retracted_event_id' else 'reinstated_event_id'
    end
{%- endmacro %}
