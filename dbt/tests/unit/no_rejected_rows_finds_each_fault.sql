{{ config(tags=['macro_test']) }}
{% set sample %}(
    select * from (values ('rejected'), ('waiting'), ('duplicate')) as sample (verdict)
){% endset %}
with

found as (

    {{ test_no_rejected_rows(sample) }}

)

select count(*) as rows_found
from found
having count(*) <> 1
