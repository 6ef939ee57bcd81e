"""The levels of the scales."""

from expectations.rules import at_least_one_row, contradiction

EXPECTATIONS = [
    at_least_one_row("Every judgement has a level."),
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
