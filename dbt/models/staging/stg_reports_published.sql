{{ staged('reports_published') }}
