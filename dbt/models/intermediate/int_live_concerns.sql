{{ live_periods(
    'concern',
    names=['visit'],
    columns=['event_id', 'concern_id'],
) }}
