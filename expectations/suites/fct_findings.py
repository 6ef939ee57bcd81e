"""The paragraphs of reports."""

from expectations.rules import departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "a paragraph of a document is one finding",
        """
        select document_id, paragraph, count(*) as findings
        from {batch}
        where paragraph is not null
        group by document_id, paragraph
        having count(*) > 1
        """,
        "A paragraph may have been entered twice.",
    ),
    departure(
        "a finding has words",
        """
        select event_id
        from {batch}
        where text is null
        """,
        "A paragraph without text tells nothing.",
    ),
]
