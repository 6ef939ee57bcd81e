{{ level_rows(
    rows="event_type = 'visits_held'",
    names={'establishment': 'int_establishment_rows'},
    introduces='visit',
) }}
