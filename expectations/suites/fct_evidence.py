"""Suite for evidence: documents that confirm or dispute facts."""

from expectations.rules import departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "no document is a second source of its own fact",
        """
        select evidence.event_id, evidence.about_event_id
        from {batch} as evidence
        inner join marts.events as facts
            on evidence.about_event_id = facts.statement_id
        where evidence.document_id = facts.document_id and facts.is_live
        """,
        "What one document says twice is one source.",
    ),
]
