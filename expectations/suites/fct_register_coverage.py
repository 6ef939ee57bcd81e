"""The register of prisons beside the log."""

from expectations.rules import departure

EXPECTATIONS = [
    departure(
        "an entry of the register is one establishment",
        """
        select register_id
        from marts.dim_establishments
        where register_id is not null
        group by register_id
        having count(distinct establishment_id) > 1
        """,
        "Two establishments with one entry are one prison under two ids, or a wrong match.",
    ),
]
