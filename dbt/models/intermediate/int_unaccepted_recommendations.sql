{{ unaccepted_rows('recommendation') }}
