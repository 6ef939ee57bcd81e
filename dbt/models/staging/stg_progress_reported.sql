{{ staged('progress_reported') }}
