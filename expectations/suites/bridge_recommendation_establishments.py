"""The establishments of recommendations."""

from expectations.rules import departure

EXPECTATIONS = [
    departure(
        "an item is for establishments of its own visit",
        """
        select named.recommendation_id, named.establishment_id
        from {batch} as named
        inner join marts.dim_recommendations as recommendations
            on named.recommendation_id = recommendations.recommendation_id
        anti join marts.bridge_visit_establishments as visited
            on
                recommendations.visit_id = visited.visit_id
                and named.establishment_id = visited.establishment_id
        """,
        "A report makes no recommendation to a place that it is not about.",
    ),
]
