"""Whom recommendations are addressed to."""

from expectations.rules import departure

EXPECTATIONS = [
    departure(
        "no recommendation has more than ten addressees",
        """
        select recommendation_id, count(*) as addressees
        from {batch}
        group by recommendation_id
        having count(*) > 10
        """,
        "A text in the place of names looks like that.",
    ),
]
