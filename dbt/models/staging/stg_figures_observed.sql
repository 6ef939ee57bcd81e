{{ staged('figures_observed') }}
