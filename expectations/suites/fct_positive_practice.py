"""The notable positive practice."""

from expectations.rules import departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "a visit notes no more than 20 practices",
        """
        select visit_id, count(*) as practices
        from {batch}
        group by visit_id
        having count(*) > 20
        """,
        "Reports note a handful.",
    ),
]
