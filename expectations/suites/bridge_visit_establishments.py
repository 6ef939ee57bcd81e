"""The establishments of visits."""

from expectations.rules import departure

EXPECTATIONS = [
    departure(
        "every establishment of a visit is described",
        """
        select distinct named.visit_id, named.establishment_id
        from {batch} as named
        anti join marts.dim_establishments as described
            on named.establishment_id = described.establishment_id
        """,
        "A further establishment of a visit is a link: it need not be in the log, and mostly is.",
    ),
]
