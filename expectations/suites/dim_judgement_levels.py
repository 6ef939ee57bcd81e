"""The levels of the scales."""

from expectations.rules import contradiction, rows_where_needed

EXPECTATIONS = [
    rows_where_needed(
        "from marts.events where scale is not null or outcome is not null",
        "Every judgement has a level.",
    ),
    contradiction(
        "the ranks of a scale are 1, 2, 3 and so on",
        """
        select scale
        from {batch}
        where rank is not null
        group by scale
        having min(rank) <> 1 or max(rank) <> count(*) or count(distinct rank) <>
            count(*)
        """,
        "A rank with a gap or a tie would make averages of ranks mean nothing.",
    ),
]
