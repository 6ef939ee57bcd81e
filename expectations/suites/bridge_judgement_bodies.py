"""Suite for the bodies behind outcomes and judgements."""

from expectations.rules import contradiction, departure

EXPECTATIONS = [
    contradiction(
        "each outcome and judgement of a known body has a row",
        """
        select event_id from marts.fct_outcomes
        where trim(bodies, ' |') <> '' and event_id not in (select event_id from {batch})
        union all
        select event_id from marts.fct_progress_judgements
        where trim(bodies, ' |') <> '' and event_id not in (select event_id from {batch})
        """,
        "A filter by body would lose it.",
    ),
    departure(
        "no judgement is of more than five bodies",
        """
        select event_id, count(*) as bodies
        from {batch}
        group by event_id
        having count(*) > 5
        """,
        "A text in the place of bodies looks like that.",
    ),
]
