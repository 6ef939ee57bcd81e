{{ staged('concerns_raised') }}
