{{ live_periods(
    'int_concern_rows',
    names=['visit'],
    columns=['event_id', 'concern_id'],
) }}
