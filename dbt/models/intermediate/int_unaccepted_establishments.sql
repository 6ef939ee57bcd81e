{{ unaccepted_rows('establishment') }}
