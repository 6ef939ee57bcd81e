{{ live_periods(
    'establishment',
    names=[],
    columns=['event_id'],
) }}
