"""Suite for visits, by the review method."""

from expectations.rules import departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "a review of progress follows its inspection by 8 to 12 months",
        """
        select review.visit_id, review.held_on, parent.held_on as followed_held_on
        from {batch} as review
        inner join {batch} as parent on review.follows_visit_id = parent.visit_id
        where
            review.visit_type = 'independent_review_of_progress'
            -- A day that is only known by its month or year is given that much room.
            and not (
                datediff('month', coalesce(parent.ended_on, parent.held_on), review.held_on)
                between 8 - case parent.occurred_precision when 'month' then 1 when 'year' then 12 else 0 end
                    - case review.occurred_precision when 'month' then 1 when 'year' then 12 else 0 end
                and 12 + case parent.occurred_precision when 'month' then 1 when 'year' then 12 else 0 end
                    + case review.occurred_precision when 'month' then 1 when 'year' then 12 else 0 end
            )
        """,
        "Independent reviews of progress take place eight to 12 months after a full inspection.",
    ),
    departure(
        "a review of progress follows an inspection that is in the log",
        """
        select visit_id, follows_visit_id
        from {batch}
        where visit_type = 'independent_review_of_progress' and (follows_visit_id is
            null or follows_visit_id not in (select visit_id
        from marts.dim_visits))
        """,
        "What it judges was recommended there.",
    ),
    departure(
        "a visit is not held before the one that it follows",
        """
        select later.visit_id, later.follows_visit_id
        from {batch} as later
        inner join {batch} as earlier on later.follows_visit_id = earlier.visit_id
        where later.held_on < earlier.held_on
        """,
        "A review looks back.",
    ),
    departure(
        "a review of progress takes three days",
        """
        select visit_id, started_on, ended_on
        from {batch}
        where visit_type = 'independent_review_of_progress' and ended_on - started_on +
            1 <> 3
        """,
        "During our three-day visit, we collect a range of evidence: Appendix I of the reviews.",
    ),
    departure(
        "a review of progress is announced",
        """
        select visit_id
        from {batch}
        where visit_type = 'independent_review_of_progress' and not is_announced
        """,
        "They are announced at least three months in advance.",
    ),
    departure(
        "a visit lasts no more than two months",
        """
        select visit_id, started_on, ended_on
        from {batch}
        where ended_on - started_on > 62
        """,
        "A longer one is a slip in a date.",
    ),
]
