{{ config(tags=['macro_test']) }}
{# Only (x, 1) stands twice; a null is a value where the caller makes it one. #}
{% set sample %}(
    select * from (values ('x', 1), ('x', 1), ('x', 2), ('y', 1), ('z', null))
        as sample (letter, number)
){% endset %}
with

found as (

    {{ test_unique_key(sample, ['letter', "coalesce(number, 0)"]) }}

)

select count(*) as keys_found
from found
having count(*) <> 1
