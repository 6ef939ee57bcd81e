{{ live_periods('int_establishment_rows', []) }}
