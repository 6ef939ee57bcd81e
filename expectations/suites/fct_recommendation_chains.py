"""The chains of repeated recommendations."""

from expectations.rules import departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "no chain goes round in a circle",
        """
        select recommendation_id
        from {batch}
        where first_recommendation_id is null
        """,
        "A recommendation cannot repeat one that repeats it.",
    ),
    departure(
        "a recommendation is not made before the one that it repeats",
        """
        select later.recommendation_id, later.repeats_recommendation_id
        from {batch} as later
        inner join {batch} as earlier on later.repeats_recommendation_id =
            earlier.recommendation_id
        where later.made_on < earlier.made_on
        """,
        "One of the two days, or the link, is a slip.",
    ),
]
