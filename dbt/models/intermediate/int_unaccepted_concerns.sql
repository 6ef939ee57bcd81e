{{ unaccepted_rows('concern') }}
