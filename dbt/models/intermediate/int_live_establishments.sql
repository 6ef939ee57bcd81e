{{ live_periods(
    'establishment',
    columns=['event_id'],
) }}
