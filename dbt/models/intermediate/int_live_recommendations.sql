{{ live_periods(
    'recommendation',
    names=['visit', 'concern'],
    columns=['event_id', 'recommendation_id', 'visit_id'],
) }}
