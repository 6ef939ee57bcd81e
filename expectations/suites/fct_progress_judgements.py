"""Suite for judgements of progress, by the review method."""

from expectations.rules import departure, leads_to_its_document

EXPECTATIONS = [
    leads_to_its_document(),
    departure(
        "a review follows up no more than 15 recommendations",
        """
        select judgements.visit_id, count(*) as followed_up
        from {batch} as judgements
        inner join marts.dim_visits as visits on judgements.visit_id = visits.visit_id
        where visits.visit_type = 'independent_review_of_progress' and judgements.scale
            = 'hmip_progress'
        group by judgements.visit_id
        having count(*) > 15
        """,
        "Usually no more than 15: Appendix I of the reviews.",
    ),
    departure(
        "a judgement is dated within its visit",
        """
        select judgements.event_id, judgements.judged_on, visits.started_on,
            visits.ended_on
        from {batch} as judgements
        inner join marts.dim_visits as visits on judgements.visit_id = visits.visit_id
        where judgements.occurred_precision = 'day' and (judgements.judged_on <
            visits.started_on or judgements.judged_on > visits.ended_on)
        """,
        "Inspectors judge while they are there.",
    ),
    departure(
        "a recommendation is not judged before it is made",
        """
        select judgements.event_id, judgements.judged_on, made.made_on
        from {batch} as judgements
        inner join marts.dim_recommendations as made on judgements.recommendation_id =
            made.recommendation_id
        where judgements.judged_on < made.made_on
        """,
        "One of the two days is a slip.",
    ),
    departure(
        "a body judges on its own scale",
        """
        select judgements.event_id, judgements.scale, made.body
        from {batch} as judgements
        inner join marts.dim_recommendations as made on judgements.recommendation_id =
            made.recommendation_id
        inner join marts.dim_judgement_levels as levels
            on judgements.scale = levels.scale and judgements.judgement_code = levels.code
        where levels.body <> made.body or levels.judges = 'outcome'
        """,
        "The two scales share words with different definitions.",
    ),
    departure(
        "no judgement makes up nine tenths of fifty or more on its scale",
        """
        select scale, judgement_code, judgements
        from (select scale, judgement_code, count(*) as judgements, sum(count(*)) over
            (partition by scale) as total
        from {batch}
        group by scale, judgement_code)
        where judgements >= 50 and judgements > 0.9 * total
        """,
        "A column filled down by a spreadsheet looks like that.",
    ),
]
