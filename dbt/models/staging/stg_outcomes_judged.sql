{{ staged('outcomes_judged') }}
