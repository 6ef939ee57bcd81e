{{ level_rows(
    rows="event_type = 'recommendations_made'",
    names={'visit': 'int_visit_rows', 'concern': 'int_concern_rows'},
    introduces='recommendation',
) }}
