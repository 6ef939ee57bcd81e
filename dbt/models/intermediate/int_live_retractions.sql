{{ live_periods(
    'retraction',
    names=[],
    columns=[],
) }}
