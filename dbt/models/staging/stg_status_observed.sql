{{ staged('status_observed') }}
