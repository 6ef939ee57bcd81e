{{ staged('events_retracted') }}
