{{ staged('recommendations_made') }}
