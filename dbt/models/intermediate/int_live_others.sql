{{ live_periods('int_other_rows', ['establishment', 'visit', 'recommendation']) }}
