"""The recommendations, themes and followed-up concerns."""

from expectations.rules import departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "a full inspection makes no more than 150 recommendations",
        """
        select visit_id, count(*) as recommendations
        from {batch}
        group by visit_id
        having count(*) > 150
        """,
        "The most that reports ever held, before 2017.",
    ),
    departure(
        "a theme is made by Ofsted and a recommendation is not repeated by itself",
        """
        select recommendation_id, kind, body
        from {batch}
        where (kind = 'theme' and body <> 'ofsted') or repeats_recommendation_id =
            recommendation_id
        """,
        "Themes are what Ofsted follows up.",
    ),
    departure(
        "what a recommendation repeats is in the log",
        """
        select recommendation_id, repeats_recommendation_id
        from {batch}
        where repeats_recommendation_id is not null and repeats_recommendation_id not in
            (select recommendation_id
        from marts.dim_recommendations)
        """,
        "A link to what the log does not hold cannot be followed.",
    ),
    departure(
        "a recommendation is not made before its visit",
        """
        select made.recommendation_id, made.made_on, visits.held_on
        from {batch} as made
        inner join marts.dim_visits as visits on made.visit_id = visits.visit_id
        where made.made_on < visits.held_on
        """,
        "It answers what the visit found.",
    ),
]
