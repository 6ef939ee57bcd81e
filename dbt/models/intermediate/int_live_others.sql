{{ live_periods(
    'other',
    names=['establishment', 'visit', 'recommendation'],
    columns=[],
) }}
