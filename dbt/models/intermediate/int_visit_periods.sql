{{ subject_periods('int_live_visits', 'visit_id', belongs_to='establishment_id') }}
