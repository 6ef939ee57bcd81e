"""The status that recommendations held."""

from expectations.rules import contradiction, departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document("opened_by_event_id"),
    contradiction(
        "each dated recommendation has a current status",
        """
        select recommendation_id
        from marts.dim_recommendations
        where made_on is not null and recommendation_id not in (select recommendation_id
        from {batch}
        where is_current)
        """,
        "A recommendation that was made on a day has had a status ever since.",
    ),
    departure(
        "a status changes no more than 20 times",
        """
        select recommendation_id, max(status_sequence) as periods
        from {batch}
        group by recommendation_id
        having max(status_sequence) > 20
        """,
        "A recommendation is followed up once or twice.",
    ),
]
