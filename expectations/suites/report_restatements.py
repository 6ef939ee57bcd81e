"""The judgements that documents state again."""

from expectations.rules import contradiction, departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    contradiction(
        "a judgement is restated as it was made",
        """
        select event_id, visit_id, recommendation_id, scale, restated_judgement_code,
            judgement_code
        from {batch}
        where agrees = false
        """,
        "A report gives each judgement twice: where the two differ, one was read wrongly or the report errs.",
    ),
    departure(
        "a restatement has a judgement to compare with",
        """
        select event_id, visit_id, recommendation_id, scale
        from {batch}
        where judged_event_id is null
        """,
        "A judgement may be missing.",
    ),
]
