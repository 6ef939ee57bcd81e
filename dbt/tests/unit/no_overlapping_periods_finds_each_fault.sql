{{ config(tags=['macro_test']) }}
{# a is sound; b overlaps, c is open before its last, d is empty, e has no beginning but others. #}
{% set sample %}(
    select * from (values
        ('a', date '2020-01-01', date '2020-02-01'),
        ('a', date '2020-02-01', null),
        ('b', date '2020-01-01', date '2020-02-02'),
        ('b', date '2020-02-01', null),
        ('c', date '2020-01-01', null),
        ('c', date '2020-02-01', null),
        ('d', date '2020-01-01', date '2020-01-01'),
        ('e', null, null),
        ('e', date '2020-01-01', null)
    ) as sample (entity_id, valid_from, valid_to)
){% endset %}
with

found as (

    select distinct entity
    from ({{ test_no_overlapping_periods(sample, 'entity_id') }})

),

expected as (

    select * from (values ('b'), ('c'), ('d'), ('e')) as expected (entity)

)

(select * from found except select * from expected)
union all
(select * from expected except select * from found)
