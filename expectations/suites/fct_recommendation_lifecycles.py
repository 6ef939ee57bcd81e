"""The milestones of recommendations."""

from expectations.rules import contradiction, departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "a milestone is not before the recommendation is made",
        """
        select recommendation_id, days_made_to_response, days_made_to_first_judgement
        from {batch}
        where days_made_to_response < 0 or days_made_to_first_judgement < 0
        """,
        "One of the days is a slip.",
    ),
    contradiction(
        "each recommendation has one life",
        """
        select recommendation_id
        from {batch}
        where recommendation_id not in (select recommendation_id
        from marts.dim_recommendations)
        union all select recommendation_id
        from marts.dim_recommendations
        where recommendation_id not in (select recommendation_id
        from marts.fct_recommendation_lifecycles)
        """,
        "The two tables describe the same recommendations.",
    ),
]
