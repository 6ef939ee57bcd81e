"""Suite for documents' stated totals, compared with the rows."""

from expectations.rules import contradiction, departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    contradiction(
        "a stated total equals the counted one",
        """
        select event_id, visit_id, scale, judgement_code, comparison, stated_count,
            counted
        from {batch}
        where agrees = false
        """,
        "A report counts its own judgements: where the log counts otherwise, one of its rows is wrong.",
    ),
    departure(
        "each reviewed visit has its totals stated",
        """
        select visit_id, scale, counted
        from {batch}
        where event_id is null
        """,
        "Without a stated total nothing confirms that all judgements were entered.",
    ),
]
