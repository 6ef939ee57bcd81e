"""One row per country, with the bounds that places are checked against."""

from expectations.rules import contradiction

EXPECTATIONS = [
    contradiction(
        "the bounds of a country enclose something",
        """
        select country
        from {batch}
        where
            not (south < north and west < east)
            or south < -90 or north > 90 or west < -180 or east > 180
        """,
        "Against bounds in another order every place would be outside.",
    ),
]
