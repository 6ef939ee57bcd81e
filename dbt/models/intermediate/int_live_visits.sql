{{ live_periods('int_visit_rows', ['establishment']) }}
