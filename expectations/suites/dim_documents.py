"""The documents that events cite."""

from expectations.rules import at_least_one_row, departure

EXPECTATIONS = [
    at_least_one_row("Every fact comes from a document."),
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
