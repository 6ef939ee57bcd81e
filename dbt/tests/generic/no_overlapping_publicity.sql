{# On three axes an entity has one state per day, instant and day of publication: no two of its rows
   share a point. #}
{% test no_overlapping_publicity(model, entity) %}
with

numbered_rows as (

    select
        {{ entity }} as entity,
        valid_from,
        coalesce(valid_to, date '9999-12-31') as valid_to,
        known_from,
        coalesce(known_to, timestamp '9999-12-31') as known_to,
        public_from,
        coalesce(public_to, date '9999-12-31') as public_to,
        row_number() over (
            partition by {{ entity }}
            order by known_from, valid_from, public_from, event_id, known_to, valid_to, public_to
        ) as place

    from {{ model }}

)

select
    earlier.entity,
    earlier.valid_from,
    earlier.known_from,
    earlier.public_from

from numbered_rows as earlier
inner join numbered_rows as later
    on
        earlier.entity = later.entity
        and earlier.place < later.place
        and earlier.valid_from < later.valid_to
        and later.valid_from < earlier.valid_to
        and earlier.known_from < later.known_to
        and later.known_from < earlier.known_to
        and earlier.public_from < later.public_to
        and later.public_from < earlier.public_to

union all

select
    entity,
    valid_from,
    known_from,
    public_from

from numbered_rows
where valid_from >= valid_to or known_from >= known_to or public_from >= public_to
{% endtest %}
