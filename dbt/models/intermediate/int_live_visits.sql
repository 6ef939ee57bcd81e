{{ live_periods(
    'visit',
    names=['establishment'],
    columns=['event_id', 'visit_id'],
) }}
