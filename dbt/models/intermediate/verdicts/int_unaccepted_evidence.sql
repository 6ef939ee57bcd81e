-- Events about other events, held to what is known of these.
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

unaccepted_events as (

    select * from {{ ref('int_unaccepted_events') }}

),

named_events as (

    select about_event_id as event_id
    from sound_rows
    where about_event_id is not null

    union

    select target_event_id as event_id
    from sound_rows
    where target_event_id is not null

),

-- Of facts only those that other events name: few of all.
accepted_facts as (

    select sound_rows.event_id
    from sound_rows
    semi join named_events
        on sound_rows.event_id = named_events.event_id
    anti join unaccepted_subjects
        on sound_rows.row_id = unaccepted_subjects.row_id
    anti join unaccepted_events
        on sound_rows.row_id = unaccepted_events.row_id
    where not {{ is_about_an_event() }} and not {{ is_evidence() }}

),

-- Evidence counts once the fact that it is about does, and a correction of it once its original.
evidence_rows as (

    select
        evidence.row_id,
        evidence.event_id,
        evidence.corrects_event_id,
        link_faults.link_column,
        link_faults.link_fault,
        accepted_facts.event_id is not null as has_fact

    from sound_rows as evidence
    left join link_faults
        on evidence.row_id = link_faults.row_id
    left join accepted_facts
        on evidence.about_event_id = accepted_facts.event_id
    where {{ is_evidence() }}

),

unaccepted_evidence as (

    select
        evidence_rows.row_id,
        evidence_rows.link_column,
        evidence_rows.link_fault,
        case
            when not evidence_rows.has_fact then 'about_event_id'
            else 'corrects_event_id'
        end as unknown_column

    from evidence_rows
    left join evidence_rows as originals
        on evidence_rows.corrects_event_id = originals.event_id
    where
        evidence_rows.link_fault is not null
        or not evidence_rows.has_fact
        or (
            evidence_rows.corrects_event_id is not null
            and not coalesce(originals.has_fact and originals.link_fault is null, false)
        )

),

-- A retraction or reinstatement counts once the event that it is about does.
accepted_targets as (

    select event_id from accepted_facts

    union all

    select evidence_rows.event_id
    from evidence_rows
    anti join unaccepted_evidence
        on evidence_rows.row_id = unaccepted_evidence.row_id

),

unaccepted_retractions as (

    select
        retractions.row_id,
        link_faults.link_column,
        link_faults.link_fault,
        {{ target_column() }} as unknown_column

    from sound_rows as retractions
    left join link_faults
        on retractions.row_id = link_faults.row_id
    left join accepted_targets
        on retractions.target_event_id = accepted_targets.event_id
    where
        {{ is_about_an_event() }}
        and (link_faults.link_fault is not null or accepted_targets.event_id is null)

),

unaccepted as (

    select * from unaccepted_evidence

    union all

    select * from unaccepted_retractions

)

select * from unaccepted
