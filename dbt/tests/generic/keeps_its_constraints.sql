{# A table's `not_null` constraints are held by the engine. Of a view they would be words: this
   holds it to them. `columns` are those that the model declares never null. #}
{% test keeps_its_constraints(model, columns=none) %}
    {%- if columns is none -%}
        {%- set columns = never_null(
            (graph.nodes if execute else {})
            .get('model.inspections.' ~ model.identifier, {}).get('columns', {})
        ) -%}
    {%- endif -%}
select *
from {{ model }}
where
    false
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}
{% endtest %}
