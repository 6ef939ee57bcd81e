{{ staged('report_steps_taken') }}
