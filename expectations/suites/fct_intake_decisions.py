"""Decisions on proposed rows: how well documents are read."""

from expectations.rules import contradiction, departure

EXPECTATIONS = [
    contradiction(
        "an undoing names a decision on the same row",
        """
        select undoing.decision_id
        from {batch} as undoing
        left join {batch} as undone
            on
                undoing.old_value = undone.decision_id
                and undoing.event_type = undone.event_type
                and undoing.event_id is not distinct from undone.event_id
                and undone.decision <> 'undone'
        where undoing.decision = 'undone' and undone.decision_id is null
        """,
        "The list of decisions is added to and never edited.",
    ),
    contradiction(
        "a correction names its column and changes it",
        """
        select decision_id
        from {batch}
        where
            decision = 'edited'
            and (column_name is null or old_value is not distinct from new_value)
        """,
        "A rule is held to what was corrected in its rows.",
    ),
    departure(
        "more than half of a rule's rows are kept as they were read",
        """
        select rule as decision_id
        from {batch}
        where decision in ('accepted', 'edited', 'left_out') and not is_undone
        group by rule
        having
            count(distinct decision_id) >= 20
            and count(distinct decision_id) filter (where decision = 'accepted') * 2
            < count(distinct decision_id)
        """,
        "A rule that is wrong that often should ask instead of propose.",
    ),
]
