{{ live_periods(
    'concern',
    columns=['event_id', 'concern_id'],
) }}
