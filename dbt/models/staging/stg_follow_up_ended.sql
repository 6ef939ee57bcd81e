{{ staged('follow_up_ended') }}
