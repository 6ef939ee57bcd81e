{{ config(tags=['macro_test']) }}
{# a touches itself on all three axes and is sound; b shares a point; c is empty in publication. #}
{% set sample %}(
    select
        entity_id,
        event_id,
        valid_from,
        cast(null as date) as valid_to,
        known_from,
        known_to,
        public_from,
        public_to
    from (values
        ('a', 'e1', date '2020-01-01', timestamp '2021-01-01', null, date '2020-03-01', date '2020-06-01'),
        ('a', 'e2', date '2020-01-01', timestamp '2021-01-01', timestamp '2022-01-01', date '2020-06-01', null),
        ('a', 'e3', date '2020-01-01', timestamp '2022-01-01', null, date '2020-06-01', null),
        ('b', 'e4', date '2020-01-01', timestamp '2021-01-01', null, date '2020-03-01', null),
        ('b', 'e5', date '2020-06-01', timestamp '2022-01-01', null, date '2020-05-01', null),
        ('c', 'e6', date '2020-01-01', timestamp '2021-01-01', null, date '2020-03-01', date '2020-03-01')
    ) as sample (entity_id, event_id, valid_from, known_from, known_to, public_from, public_to)
){% endset %}
with

found as (

    select distinct entity
    from ({{ test_no_overlapping_publicity(sample, 'entity_id') }})

),

expected as (

    select * from (values ('b'), ('c')) as expected (entity)

)

(select * from found except select * from expected)
union all
(select * from expected except select * from found)
