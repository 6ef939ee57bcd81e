{{ staged('progress_judged') }}
