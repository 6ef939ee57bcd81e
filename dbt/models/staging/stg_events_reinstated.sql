{{ staged('events_reinstated') }}
