{{ subject_periods('int_live_establishments', 'establishment_id') }}
