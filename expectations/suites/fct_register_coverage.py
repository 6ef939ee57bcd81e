"""Suite for the register of prisons, compared with the log."""

from expectations.rules import contradiction

EXPECTATIONS = [
    contradiction(
        "a prison with outcomes has been visited",
        """
        select register_id
        from {batch}
        where has_outcomes and visits = 0
        """,
        "An outcome is of a visit; without one the coverage lost it.",
    ),
]
