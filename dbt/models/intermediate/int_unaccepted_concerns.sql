{{ level_rows(
    rows="event_type = 'concerns_raised'",
    names={'visit': 'int_visit_rows'},
    introduces='concern',
) }}
