{{ config(tags=['macro_test']) }}
{# A null in either column is one row each; the third column may be null. #}
{% set sample %}(
    select * from (values ('x', 1, null), (null, 2, 'a'), ('z', null, 'b'), ('y', 3, 'c'))
        as sample (letter, number, remark)
){% endset %}
with

found as (

    {{ test_keeps_its_constraints(sample, ['letter', 'number']) }}

)

select count(*) as rows_found
from found
having count(*) <> 2
