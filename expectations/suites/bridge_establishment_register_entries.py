"""Suite for the matches of establishments with entries of the register of prisons."""

from expectations.rules import departure

EXPECTATIONS = [
    departure(
        "an entry of the register is one establishment",
        """
        select register_id
        from {batch}
        group by register_id
        having count(*) > 1
        """,
        "Two establishments with one entry may be one prison under two ids, or a wrong match.",
    ),
]
