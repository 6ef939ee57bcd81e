{{ staged('urgent_notifications_issued') }}
