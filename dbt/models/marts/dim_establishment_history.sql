with

establishment_history as (

    select
        histories.event_id,
        histories.establishment_id,

        descriptions.name,
        descriptions.establishment_type,
        descriptions.function,
        descriptions.security_category,
        descriptions.operator,
        descriptions.region,
        descriptions.opened_year,
        descriptions.status,
        descriptions.successor_of,

        histories.valid_from,
        histories.valid_to,
        histories.known_from,
        histories.known_to

    from {{ ref('int_histories') }} as histories
    inner join {{ ref('int_event_rows') }} as descriptions
        on
            histories.row_id = descriptions.row_id
            and descriptions.event_type = 'establishments_described'
    where histories.history_kind = 'establishment'

)

select * from establishment_history
