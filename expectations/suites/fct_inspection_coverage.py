"""Suite for the years in which establishments were inspected."""

from expectations.rules import contradiction, departure

EXPECTATIONS = [
    contradiction(
        "each dated visit is counted for each establishment that it visited",
        """
        select counted.visits, known.visits as expected
        from (select coalesce(sum(full_inspections + other_visits), 0) as visits
        from {batch}) as counted cross join (select count(*) as visits
        from marts.bridge_visit_establishments as visited
        inner join marts.dim_visits as visits on visited.visit_id = visits.visit_id
        where visits.held_on is not null) as known
        where counted.visits <> known.visits
        """,
        "A denominator that loses visits makes every share wrong.",
    ),
    departure(
        "no establishment goes ten years without a full inspection",
        """
        select establishment_id, year, last_inspected_year
        from {batch}
        where years_since_inspection = 10
        """,
        "More often than not the log lacks a visit.",
    ),
]
