{{ unaccepted_rows('visit', names=['establishment'], introduces='visit') }}
