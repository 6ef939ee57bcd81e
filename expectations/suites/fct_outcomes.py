"""The outcomes of healthy prison tests."""

from expectations.rules import contradiction, departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    contradiction(
        "a review of progress gives no healthy prison outcome",
        """
        select outcomes.event_id, outcomes.visit_id
        from {batch} as outcomes
        inner join marts.dim_visits as visits on outcomes.visit_id = visits.visit_id
        where visits.visit_type = 'independent_review_of_progress'
        """,
        "IRPs do not result in assessments against our healthy prison tests: Appendix I of the reviews.",
    ),
    departure(
        "a scrutiny visit gives no healthy prison outcome",
        """
        select outcomes.event_id, outcomes.visit_id
        from {batch} as outcomes
        inner join marts.dim_visits as visits on outcomes.visit_id = visits.visit_id
        where visits.visit_type in ('scrutiny_visit', 'short_scrutiny_visit')
        """,
        "No scores were given between spring 2020 and spring 2021.",
    ),
    departure(
        "an outcome moves by no more than two levels",
        """
        select event_id, visit_id, previous_visit_id, rank_change
        from {batch}
        where abs(rank_change) > 2
        """,
        "From poor to good, or back, is read twice before it is believed.",
    ),
    contradiction(
        "a series numbers its dated outcomes without a gap",
        """
        select establishment_id, unit, test_group, scale
        from {batch}
        where judged_on is not null
        group by establishment_id, unit, test_group, scale
        having count(*) <> coalesce(max(series_number), 0)
        """,
        "A series with a gap would hide an inspection.",
    ),
    departure(
        "a test has one name at a visit",
        """
        select visit_id, unit, test_group
        from {batch}
        group by visit_id, unit, test_group
        having count(*) > 1
        """,
        "Two names of one test at one visit belong to two eras.",
    ),
    departure(
        "no outcome makes up nine tenths of fifty or more",
        """
        select outcome_code, count(*) as outcomes
        from {batch}
        group by outcome_code
        having count(*) >= 50 and count(*) > 0.9 * (select count(*)
        from marts.fct_outcomes)
        """,
        "A column filled down by a spreadsheet looks like that.",
    ),
]
