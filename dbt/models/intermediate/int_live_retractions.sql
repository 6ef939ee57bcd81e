{{ live_periods(
    'int_retraction_rows',
    names=[],
    columns=[],
) }}
