{{ subject_periods('int_live_concerns', 'concern_id') }}
