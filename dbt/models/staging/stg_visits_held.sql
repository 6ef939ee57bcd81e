{{ staged('visits_held') }}
