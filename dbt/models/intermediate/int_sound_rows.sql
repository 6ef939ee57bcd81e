with

event_rows as (

    select * from {{ ref('int_event_rows') }}

),

row_faults as (

    select * from {{ ref('int_row_faults') }}

),

repeated_rows as (

    select * from {{ ref('int_repeated_rows') }}

),

sound_rows as (

    select
        event_rows.row_id,
        event_rows.event_type,
        event_rows.event_id,
        event_rows.statement_id,
        event_rows.corrects_event_id,
        event_rows.target_event_id,
        event_rows.recorded_at,

        event_rows.establishment_id,
        event_rows.visit_id,
        event_rows.concern_id,
        event_rows.recommendation_id

    from event_rows
    anti join row_faults
        on event_rows.row_id = row_faults.row_id
    anti join repeated_rows
        on event_rows.row_id = repeated_rows.row_id

),

linking_rows as (

    select
        row_id,
        event_type,
        coalesce(corrects_event_id, target_event_id) as linked_event_id

    from sound_rows
    where corrects_event_id is not null or target_event_id is not null

),

link_faults as (

    select
        linking_rows.row_id,

        case
            when
                linking_rows.event_type in ('events_retracted', 'events_reinstated')
                and linked_rows.event_type in ('events_retracted', 'events_reinstated')
                then
                    'names ' || linked_rows.event_id || ', which is itself one of '
                    || linked_rows.event_type || '; expected the event that it is about: write '
                    || case
                        when linked_rows.event_type = 'events_retracted'
                            then 'events_reinstated'
                        else 'events_retracted'
                    end
                    || ' with ' || linked_rows.target_event_id
            when linking_rows.event_type in ('events_retracted', 'events_reinstated')
                then null
            when linked_rows.event_type <> linking_rows.event_type
                then
                    'names ' || linked_rows.event_id || ', which is one of '
                    || linked_rows.event_type || '; expected an event of '
                    || linking_rows.event_type
            when linked_rows.corrects_event_id is not null
                then
                    'names ' || linked_rows.event_id || ', which is itself a correction;'
                    || ' expected the original, ' || linked_rows.corrects_event_id
        end as link_fault

    from linking_rows
    inner join sound_rows as linked_rows
        on linking_rows.linked_event_id = linked_rows.event_id

),

checked_rows as (

    select
        sound_rows.*,

        link_faults.link_fault

    from sound_rows
    left join link_faults
        on sound_rows.row_id = link_faults.row_id

)

select * from checked_rows
