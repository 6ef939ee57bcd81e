{{ live_periods(
    'int_visit_rows',
    names=['establishment'],
    columns=['event_id', 'visit_id', 'establishment_id'],
) }}
