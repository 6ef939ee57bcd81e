{{ live_periods('int_recommendation_rows', ['visit', 'concern']) }}
