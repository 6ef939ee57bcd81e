{{ unaccepted_rows('visit') }}
