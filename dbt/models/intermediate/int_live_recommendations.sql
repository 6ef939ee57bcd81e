{{ live_periods(
    'recommendation',
    columns=['event_id', 'recommendation_id', 'visit_id'],
) }}
