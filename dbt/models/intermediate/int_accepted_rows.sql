with

accepted_rows as (

    {% for level in [
        'int_establishment_rows',
        'int_visit_rows',
        'int_concern_rows',
        'int_recommendation_rows',
        'int_other_rows',
        'int_retraction_rows',
    ] -%}
    select
        row_id,
        event_type,
        event_id,
        coalesce(corrects_event_id, event_id) as statement_id,
        recorded_at,

        establishment_id,
        visit_id,
        concern_id,
        recommendation_id,
        target_event_id

    from {{ ref(level) }}
    where verdict = 'accepted'
    {% if not loop.last %}
    union all
    {% endif %}
    {%- endfor %}

)

select * from accepted_rows
