{{ valid_periods_by_knowledge(
    'int_outcome_events',
    ['establishment_id', 'unit', 'healthy_prison_test', 'outcome'],
) }}
