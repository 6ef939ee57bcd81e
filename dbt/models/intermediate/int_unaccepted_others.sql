{{ unaccepted_rows('other') }}
