"""Suite for prisons' reports compared with inspectors' judgements."""

from expectations.rules import leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document("judged_event_id"),
    leads_to_its_document("reported_event_id"),
]
