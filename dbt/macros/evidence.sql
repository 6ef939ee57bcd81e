{# How many further documents stand behind a fact, or against it, by the original that states it. #}
{% macro sources_of_facts() -%}
    select
        evidence.about_event_id,
        count(distinct evidence.document_id) filter (where evidence.stance = 'confirms')
            as sources_confirming,
        count(distinct evidence.document_id) filter (where evidence.stance = 'disputes')
            as sources_disputing

    from {{ ref('fct_evidence') }} as evidence
    group by evidence.about_event_id
{%- endmacro %}
