"""The figures in prose."""

from expectations.rules import departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "a percentage lies between 0 and 100",
        """
        select event_id, measure, value
        from {batch}
        where unit = 'percent' and not value between 0 and 100 and measure not like
            '%increase%' and measure not like '%change%'
        """,
        "A share of something cannot exceed it; a growth can.",
    ),
    departure(
        "a count is not negative",
        """
        select event_id, measure, value
        from {batch}
        where value < 0
        """,
        "Nothing that reports count is below zero.",
    ),
]
