-- When events of a type were public by a publication of their visit that carries such events.
with

parts as (

    select
        visit_id,
        known_from,
        known_to,
        public_from,
        public_to,
        {{ each_part('carries', '[|]') }} as event_type

    from {{ ref('int_publication_boxes') }}
    where visit_id is not null and carries is not null

),

boxes as (

    select
        *,
        concat_ws(chr(31), visit_id, event_type) as carried_id

    from parts

),

{{ united_boxes('united', 'boxes', 'carried_id') }},

carried as (

    select
        carried_id,
        visit_id,
        event_type

    from boxes
    group by carried_id, visit_id, event_type

),

carried_boxes as (

    select
        carried.visit_id,
        carried.event_type,
        united.known_from,
        united.known_to,
        united.public_from,
        united.public_to

    from united
    inner join carried
        on united.carried_id = carried.carried_id

)

select * from carried_boxes
