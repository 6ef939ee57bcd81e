with

sound_rows as (

    select *
    from {{ ref('int_sound_rows') }}
    where {{ are_of_levels(['retraction']) }}

),

link_faults as (

    select * from {{ ref('int_link_faults') }}

),

rows_of_other_types as (

    {{ accepted_rows(['establishment', 'visit', 'concern', 'recommendation', 'other']) }}

),

judged_rows as (

    select
        sound_rows.*,

        link_faults.link_fault,
        case
            when link_faults.link_fault is not null then 'rejected'
            when rows_of_other_types.event_id is not null then 'accepted'
            else 'waiting'
        end as verdict

    from sound_rows
    left join link_faults
        on sound_rows.row_id = link_faults.row_id
    left join rows_of_other_types
        on sound_rows.target_event_id = rows_of_other_types.event_id

),

unaccepted_rows as (

    select
        row_id,
        verdict,
        {{ target_column() }} as column_name,
        target_event_id as value,
        case verdict
            when 'rejected' then {{ target_column() }} || ' ' || link_fault
            when 'waiting'
                then
                    {{ target_column() }} || ' names no event that the log knows yet;'
                    || ' the row counts as soon as it arrives'
        end as reason

    from judged_rows
    where verdict <> 'accepted'

)

select * from unaccepted_rows
