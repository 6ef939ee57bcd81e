{{ subject_periods(
    'int_live_recommendations',
    'recommendation_id',
    belongs_to='establishment_id',
) }}
