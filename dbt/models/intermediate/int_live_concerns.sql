{{ live_periods('int_concern_rows', ['visit']) }}
