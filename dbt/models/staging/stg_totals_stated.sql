{{ staged('totals_stated') }}
