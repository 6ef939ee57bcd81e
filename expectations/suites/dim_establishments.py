"""The establishments over time."""

from expectations.rules import departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "an establishment is not described before it opened",
        """
        select establishment_version_id, opened_year
        from {batch}
        where opened_year > extract(year
        from valid_from) + 0
        """,
        "Either day or year is a slip.",
    ),
    departure(
        "two establishments do not share a name on a day",
        """
        select one.establishment_version_id, other.establishment_version_id as
            other_version_id
        from {batch} as one
        inner join {batch} as other on one.name = other.name and one.establishment_id <
            other.establishment_id and one.valid_from < coalesce(other.valid_to, date
            '9999-12-31') and other.valid_from < coalesce(one.valid_to, date
            '9999-12-31')
        """,
        "One establishment may have been entered under two ids.",
    ),
]
