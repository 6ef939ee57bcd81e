{{ unaccepted_rows('establishment', names=[]) }}
