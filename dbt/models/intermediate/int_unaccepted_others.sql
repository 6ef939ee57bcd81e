{{ level_rows(
    rows="event_type not in ('establishments_described', 'visits_held', 'concerns_raised',"
        ~ " 'recommendations_made', 'events_retracted', 'events_reinstated')",
    names={
        'establishment': 'int_establishment_rows',
        'visit': 'int_visit_rows',
        'recommendation': 'int_recommendation_rows',
    },
) }}
