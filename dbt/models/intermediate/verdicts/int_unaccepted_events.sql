-- noqa: disable=LT02
-- (The linter would indent what a loop repeats deeper than what it makes.)
with

-- Read several times, for a few columns each: copied once for all would be wider than memory.
sound_rows as {{ read_each_time() }}(

    select * from {{ ref('int_sound_rows') }}

),

link_faults as (

    select * from {{ ref('int_link_faults') }}

),

unaccepted_subjects as (

    select * from {{ ref('int_unaccepted_subjects') }}

),
{% for kind in subject_kinds() %}

known_{{ kind }}s as (

    select sound_rows.{{ kind }}_id
    from sound_rows
    anti join unaccepted_subjects
        on sound_rows.row_id = unaccepted_subjects.row_id
    where {{ introduces([kind]) }}
    group by sound_rows.{{ kind }}_id

),
{% endfor %}

-- What neither introduces a subject nor is about another event.
events as {{ read_each_time() }}(

    select *
    from sound_rows
    where
        not {{ introduces(subject_kinds()) }}
        and not {{ is_about_an_event() }}
        and not {{ is_evidence() }}

),

parents_of_events as (

    select
        events.row_id,

        case
            when
                events.establishment_id is not null
                and known_establishments.establishment_id is null
                then 'establishment_id'
            when events.visit_id is not null and known_visits.visit_id is null
                then 'visit_id'
            when events.concern_id is not null and known_concerns.concern_id is null
                then 'concern_id'
            when
                events.recommendation_id is not null
                and known_recommendations.recommendation_id is null
                then 'recommendation_id'
        end as unknown_column

    from events
    left join known_establishments
        on events.establishment_id = known_establishments.establishment_id
    left join known_visits
        on events.visit_id = known_visits.visit_id
    left join known_concerns
        on events.concern_id = known_concerns.concern_id
    left join known_recommendations
        on events.recommendation_id = known_recommendations.recommendation_id

),

events_without_parent as (

    select *
    from parents_of_events
    where unknown_column is not null

),

corrections_with_original as (

    select corrections.row_id

    from events as corrections
    inner join events as originals
        on corrections.statement_id = originals.event_id
    anti join events_without_parent
        on originals.row_id = events_without_parent.row_id
    where corrections.corrects_event_id is not null

),

unaccepted_events as (

    select
        events.row_id,
        link_faults.link_column,
        link_faults.link_fault,
        coalesce(events_without_parent.unknown_column, 'corrects_event_id') as unknown_column

    from events
    left join link_faults
        on events.row_id = link_faults.row_id
    left join events_without_parent
        on events.row_id = events_without_parent.row_id
    left join corrections_with_original
        on events.row_id = corrections_with_original.row_id
    where
        link_faults.link_fault is not null
        or events_without_parent.unknown_column is not null
        or (
            events.corrects_event_id is not null
            and corrections_with_original.row_id is null
        )

)

select * from unaccepted_events
