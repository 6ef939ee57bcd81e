"""The rows that are not in the log."""

from expectations.rules import departure

EXPECTATIONS = [
    departure(
        "no row waits for what the log does not know",
        """
        select file_name, line_number, event_id, column_name, value
        from {batch}
        where verdict = 'waiting'
        """,
        "It counts as soon as what it names arrives; one that waits for long names it wrongly.",
    ),
    departure(
        "no row was rejected",
        """
        select file_name, line_number, event_id, column_name, value
        from {batch}
        where verdict = 'rejected'
        """,
        "Publication went on without it because ON_REJECTED=publish asks for that.",
    ),
]
