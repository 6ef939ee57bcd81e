{{ staged('practice_noted') }}
