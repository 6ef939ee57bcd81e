{{ staged('evidence_cited') }}
