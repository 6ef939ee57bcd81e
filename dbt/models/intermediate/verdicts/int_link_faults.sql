with

-- Read several times, for a few columns each.
sound_rows as {{ read_each_time() }}(

    select * from {{ ref('int_sound_rows') }}

),

links as (

    select
        row_id,
        event_type,
        'corrects_event_id' as link_column,
        corrects_event_id as linked_event_id

    from sound_rows
    where corrects_event_id is not null

    union all

    select
        row_id,
        event_type,
        {{ target_column() }} as link_column,
        target_event_id as linked_event_id

    from sound_rows
    where target_event_id is not null

    union all

    select
        row_id,
        event_type,
        'about_event_id' as link_column,
        about_event_id as linked_event_id

    from sound_rows
    where about_event_id is not null

),

checked_links as (

    select
        links.row_id,
        links.link_column,

        case
            when
                links.{{ is_about_an_event() }}
                and linked_rows.{{ is_about_an_event() }}
                then
                    'names ' || linked_rows.event_id || ', which is itself one of '
                    || linked_rows.event_type || '; expected the event that it is about: write '
                    || case
                        when linked_rows.event_type = 'events_retracted'
                            then 'events_reinstated'
                        else 'events_retracted'
                    end
                    || ' with ' || linked_rows.target_event_id
            when links.{{ is_about_an_event() }}
                then null
            when
                links.link_column = 'about_event_id'
                and (
                    linked_rows.target_event_id is not null
                    or linked_rows.about_event_id is not null
                )
                then
                    'names ' || linked_rows.event_id || ', which is one of '
                    || linked_rows.event_type || '; expected the event of a fact'
            when
                links.link_column = 'corrects_event_id'
                and linked_rows.event_type <> links.event_type
                then
                    'names ' || linked_rows.event_id || ', which is one of '
                    || linked_rows.event_type || '; expected an event of '
                    || links.event_type
            when linked_rows.corrects_event_id is not null
                then
                    'names ' || linked_rows.event_id || ', which is itself a correction;'
                    || ' expected the original, ' || linked_rows.corrects_event_id
        end as link_fault

    from links
    inner join sound_rows as linked_rows
        on links.linked_event_id = linked_rows.event_id

),

link_faults as (

    select
        row_id,
        -- A correction's own link comes before what it says.
        max(link_column) as link_column,
        max_by(link_fault, link_column) as link_fault

    from checked_links
    where link_fault is not null
    group by row_id

)

select * from link_faults
