"""The documents that events cite."""

from expectations.rules import departure, rows_where_needed

EXPECTATIONS = [
    rows_where_needed(
        "from marts.events where document_id is not null", "Every fact comes from a document."
    ),
    departure(
        "a kept text has paragraphs to cite",
        """
        select document_id
        from {batch}
        where file is not null and paragraph_count = 0
        """,
        "A text without one is a scan or another layout.",
    ),
]
