{{ valid_periods_by_knowledge(
    'int_recommendation_status_events',
    ['establishment_id', 'recommendation_status'],
) }}
