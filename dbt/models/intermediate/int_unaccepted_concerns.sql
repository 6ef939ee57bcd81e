{{ unaccepted_rows('concern', names=['visit'], introduces='concern') }}
