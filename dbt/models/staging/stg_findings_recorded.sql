{{ staged('findings_recorded') }}
