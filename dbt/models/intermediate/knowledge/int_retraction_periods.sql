with

accepted_rows as (

    select * from {{ ref('int_accepted_rows') }}

),

accepted_retractions as (

    select
        target_event_id,
        event_id,
        event_type,
        recorded_at,

        row_number() over retractions_of_an_instant as place

    from accepted_rows
    where {{ is_about_an_event() }}

    window retractions_of_an_instant as (
        partition by target_event_id, recorded_at
        order by event_id desc
    )

),

retraction_periods as (

    select
        target_event_id,
        event_type = 'events_retracted' as is_retracted,
        recorded_at as known_from,
        lead(recorded_at) over retractions_of_a_target as known_to

    from accepted_retractions
    -- Of those recorded at one instant, the last by event_id counts.
    where place = 1

    window retractions_of_a_target as (
        partition by target_event_id
        order by recorded_at
    )

)

select * from retraction_periods
