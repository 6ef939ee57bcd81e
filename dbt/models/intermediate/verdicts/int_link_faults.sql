with

sound_rows as (

    select * from {{ ref('int_sound_rows') }}

),

linking_rows as (

    select
        row_id,
        event_type,
        coalesce(corrects_event_id, target_event_id) as linked_event_id

    from sound_rows
    where corrects_event_id is not null or target_event_id is not null

),

checked_rows as (

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

link_faults as (

    select *
    from checked_rows
    where link_fault is not null

)

select * from link_faults
