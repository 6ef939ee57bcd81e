with

event_rows as (

    select * from {{ ref('int_event_rows') }}

),

row_faults as (

    select * from {{ ref('int_row_faults') }}

),

-- Read twice: once for the ids alone, once for the few that are repeated.
sound_rows as {{ read_each_time() }}(

    select
        event_rows.row_id,
        event_rows.file_name,
        event_rows.line_number,
        event_rows.event_id,
        event_rows.recorded_at,
        event_rows.event_digest

    from event_rows
    anti join row_faults
        on event_rows.row_id = row_faults.row_id

),

repeated_ids as (

    select event_id
    from sound_rows
    group by event_id
    having count(*) > 1

),

ranked_rows as (

    select
        sound_rows.row_id,
        sound_rows.event_id,

        row_number() over rows_of_an_event as place,
        sound_rows.event_digest = first_value(sound_rows.event_digest) over rows_of_an_event
            as is_same_content,
        first_value(sound_rows.file_name) over rows_of_an_event as kept_file_name,
        first_value(sound_rows.line_number) over rows_of_an_event as kept_line_number

    from sound_rows
    semi join repeated_ids
        on sound_rows.event_id = repeated_ids.event_id

    window rows_of_an_event as (
        partition by sound_rows.event_id
        -- What was recorded first stays. The digest settles a tie by content, so that files
        -- and lines decide nothing but which of equal rows is called the duplicate.
        order by
            sound_rows.recorded_at,
            sound_rows.event_digest,
            sound_rows.file_name,
            sound_rows.line_number
    )

),

repeated_rows as (

    select
        row_id,

        case when is_same_content then 'duplicate' else 'rejected' end as verdict,
        'event_id' as column_name,
        event_id as value,
        case
            when is_same_content
                then
                    'the same event stands in ' || kept_file_name || ' line '
                    || kept_line_number || ': counted once'
            else
                'event_id is taken: ' || kept_file_name || ' line ' || kept_line_number
                || ' has other content under it; expected an id of its own, or a correction'
                || ' that names the event in corrects_event_id'
        end as reason

    from ranked_rows
    where place > 1

)

select * from repeated_rows
