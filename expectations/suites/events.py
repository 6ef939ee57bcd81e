"""The log itself."""

from expectations.rules import contradiction, departure

EXPECTATIONS = [
    contradiction(
        "each live event has a document",
        """
        select event_id
        from {batch}
        where is_live and event_type not in ('events_retracted', 'events_reinstated')
            and document_id not in (select document_id
        from marts.dim_documents)
        """,
        "A fact without a document cannot be believed.",
    ),
    departure(
        "no event was recorded later than the build",
        """
        select event_id, recorded_at
        from {batch}
        where recorded_at > timestamp '<built_at>'
        """,
        "A clock was wrong where it was recorded, or here.",
    ),
    departure(
        "an answer is not received before the recommendation is made",
        """
        select answer.event_id, answer.occurred_on, made.occurred_on as made_on
        from {batch} as answer
        inner join {batch} as made on answer.recommendation_id = made.recommendation_id
            and made.event_type = 'recommendations_made' and made.is_live
        where answer.event_type in ('responses_received', 'progress_reported') and
            answer.is_live and answer.occurred_on < made.occurred_on
        """,
        "One of the two days is a slip.",
    ),
    departure(
        "no more than half of the events are retracted",
        """
        select count(distinct event_id) as events_taken_back
        from {batch}
        where event_type = 'events_retracted'
        having count(distinct event_id) > (select count(distinct event_id) / 2
        from marts.events
        where event_type <> 'events_retracted')
        """,
        "A log that retracts most of itself has been filled by mistake.",
    ),
]
