{{ live_periods(
    'visit',
    columns=['event_id', 'visit_id'],
) }}
