{{ staged('outcome_bounds_stated') }}
