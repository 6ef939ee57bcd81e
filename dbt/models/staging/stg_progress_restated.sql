{{ staged('progress_restated') }}
