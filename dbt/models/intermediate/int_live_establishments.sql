{{ live_periods(
    'int_establishment_rows',
    names=[],
    columns=['event_id', 'establishment_id'],
) }}
