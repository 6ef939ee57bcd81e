{{ live_periods(
    'int_other_rows',
    names=['establishment', 'visit', 'recommendation'],
    columns=[],
) }}
