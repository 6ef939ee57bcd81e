{{ level_rows(
    rows="event_type = 'establishments_described'",
    names={},
) }}
