{{ staged('establishments_described') }}
