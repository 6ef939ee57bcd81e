{{ unaccepted_rows(
    'recommendation',
    names=['visit', 'concern'],
    introduces='recommendation',
) }}
