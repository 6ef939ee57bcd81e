{# The log is judged level by level, as rows name what earlier levels bring. A level is called after
   the subject that it introduces; what introduces none is on the level `other`, but for retractions
   and reinstatements, which may be about any of these. #}
{% macro levels() -%}
    {{ return(['establishment', 'visit', 'concern', 'recommendation', 'other', 'retraction']) }}
{%- endmacro %}

{# The models that there is one of for each level. #}
{% macro level_models(prefix) -%}
    {%- set models = [] -%}
    {%- for level in levels() -%}
        {%- do models.append(ref(prefix ~ level ~ 's')) -%}
    {%- endfor -%}
    {{ return(models) }}
{%- endmacro %}

{# The level of an event type, by its declaration: that of the subject that it introduces,
   `retraction` where it names another event, else `other`. #}
{% macro level_of(event_type) %}
    {%- set found = [] -%}
    {%- for column in declared_payload(event_type) -%}
        {%- if meta_of(column).introduces -%}
            {%- do found.append(meta_of(column).introduces) -%}
        {%- elif meta_of(column).targets -%}
            {%- do found.append('retraction') -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found[0] if found else 'other') }}
{% endmacro %}

{% macro types_of_level(level) %}
    {%- set types = [] -%}
    {%- for event_type in declared_types() if level_of(event_type) == level -%}
        {%- do types.append(event_type) -%}
    {%- endfor -%}
    {{ return(types) }}
{% endmacro %}

{# The subjects that rows of a level may name, by the declaration. While the project is parsed it is
   not known yet: then all that earlier levels introduce, so that their models are built first. #}
{% macro named_on_level(level) %}
    {%- set names = [] -%}
    {%- set subjects = ['establishment', 'visit', 'concern', 'recommendation'] -%}
    {%- if not execute -%}
        {{ return(subjects[:subjects.index(level)] if level in subjects
            else subjects if level == 'other' else []) }}
    {%- endif -%}
    {%- for subject in subjects -%}
        {%- for event_type in types_of_level(level) -%}
            {%- for column in declared_payload(event_type)
                if meta_of(column).names == subject and subject not in names -%}
                {%- do names.append(subject) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(names) }}
{% endmacro %}

{# Whether one statement alone may bring an id of this level; an establishment may be described
   again. #}
{% macro is_introduced_once(level) %}
    {%- set found = [] -%}
    {%- for event_type in types_of_level(level) -%}
        {%- for column in declared_payload(event_type)
            if meta_of(column).introduces and not meta_of(column).is_repeatable -%}
            {%- do found.append(column.name) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found | length > 0) }}
{% endmacro %}

{# Which rows some levels have. #}
{% macro are_of_levels(chosen) -%}
    {%- set theirs = [] -%}
    {%- set others = [] -%}
    {%- for level in levels() if level != 'other' -%}
        {%- do (theirs if level in chosen else others).extend(types_of_level(level)) -%}
    {%- endfor -%}
    {%- if not execute -%}
        true
    {%- elif 'other' in chosen -%}
        event_type not in ('{{ others | join("', '") }}')
    {%- else -%}
        event_type in ('{{ theirs | join("', '") }}')
    {%- endif -%}
{%- endmacro %}

{# The accepted rows of some levels: the sound ones, but for those that were not accepted. Only the
   latter, which are few, are kept as tables. #}
{% macro accepted_rows(chosen) -%}
    select sound_rows.*
    from {{ ref('int_sound_rows') }} as sound_rows
    {%- for level in chosen %}
    anti join {{ ref('int_unaccepted_' ~ level ~ 's') }} as unaccepted_{{ level }}s
        on sound_rows.row_id = unaccepted_{{ level }}s.row_id
    {%- endfor %}
    where {{ are_of_levels(chosen) }}
{%- endmacro %}

{# The rows of one level that are not accepted, and why. A row is accepted when every subject that
   it names has been brought by an accepted row of an earlier level, and so has its original; until
   then it is waiting. An id is introduced by one statement: the first by (recorded_at, event_id).

   What rows of a level name and introduce is read from the declaration. #}
{% macro unaccepted_rows(level) %}
{%- set names = named_on_level(level) -%}
{%- set introduces = level if is_introduced_once(level) else none %}
with

-- Read three times, for a few columns each: copied once for all would be wider than memory.
sound_rows as not materialized (

    select *
    from {{ ref('int_sound_rows') }}
    where {{ are_of_levels([level]) }}

),

link_faults as (

    select * from {{ ref('int_link_faults') }}

),
{% for subject in names %}

known_{{ subject }}s as (

    select {{ subject }}_id
    from ({{ accepted_rows([subject]) }})
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

unaccepted_rows as (

    select
        row_id,
        verdict,
        case
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
    where verdict <> 'accepted'

)

select * from unaccepted_rows
{% endmacro %}

{# The column of a retraction or reinstatement that names its event. #}
{% macro target_column() -%}
    case event_type
        {%- for event_type, column in target_columns().items() %}
        when '{{ event_type }}' then '{{ column }}'
        {%- endfor %}
        else 'target_event_id'
    end
{%- endmacro %}
