{{ live_periods(
    'retraction',
    columns=[],
) }}
