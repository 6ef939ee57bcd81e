"""The bounds of outcomes."""

from expectations.rules import departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "a stated bound holds for the outcomes in the log",
        "select event_id, visit_id from {batch} where reconciliation = 'differs'",
        "A document that bounds outcomes and one that gives them may contradict each other.",
    ),
]
