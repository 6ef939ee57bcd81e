"""The outcomes in their series."""

from expectations.rules import contradiction, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    contradiction(
        "each dated outcome stands in one series",
        """
        select event_id
        from marts.fct_outcomes
        where judged_on is not null and event_id not in (select event_id
        from {batch})
        """,
        "A series with a gap would hide an inspection.",
    ),
]
