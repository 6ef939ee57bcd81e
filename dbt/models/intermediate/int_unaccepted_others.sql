{{ unaccepted_rows('other', names=['establishment', 'visit', 'recommendation']) }}
