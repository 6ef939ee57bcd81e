{{ valid_periods_by_knowledge(
    'int_establishment_events',
    [
        'name',
        'establishment_type',
        'function',
        'security_category',
        'operator',
        'region',
        'opened_year',
    ],
) }}
