with

retraction_rows as (

    {{ accepted_rows(['retraction']) }}

),

accepted_retractions as (

    select
        target_event_id,
        event_id,
        event_type,
        recorded_at,

        row_number() over retractions_of_an_instant as place

    from retraction_rows

    window retractions_of_an_instant as (
        partition by target_event_id, recorded_at
        order by event_id desc
    )

),

states as (

    select
        target_event_id,
        event_id,
        event_type = 'events_retracted' as is_taken_back,
        recorded_at as known_from,
        lead(recorded_at) over retractions_of_a_target as known_to,
        lead(event_id) over retractions_of_a_target as ended_by_event_id

    from accepted_retractions
    -- Of those recorded at one instant, the last by event_id counts.
    where place = 1

    window retractions_of_a_target as (
        partition by target_event_id
        order by recorded_at
    )

)

select * from states
