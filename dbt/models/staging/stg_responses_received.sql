{{ staged('responses_received') }}
