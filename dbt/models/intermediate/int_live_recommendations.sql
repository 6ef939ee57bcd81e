{{ live_periods(
    'int_recommendation_rows',
    names=['visit', 'concern'],
    columns=['event_id', 'recommendation_id', 'visit_id'],
) }}
