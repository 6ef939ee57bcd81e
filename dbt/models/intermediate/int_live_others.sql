{{ live_periods(
    'other',
    columns=[],
) }}
