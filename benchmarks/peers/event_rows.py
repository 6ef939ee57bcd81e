"""Shared by peers without a CSV reader: rows of the needed event types as tuples.

Only reading and naming is done here. What stands, what is live and what comes last is each
peer's own business.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

# Of each event type: its column that becomes a status, or what the status is.
STATUS_COLUMNS = {
    "establishments_described": None,
    "visits_held": None,
    "concerns_raised": None,
    "recommendations_made": None,
    "responses_received": "response",
    "progress_judged": "judgement",
}
SUBJECTS = ("establishment_id", "visit_id", "concern_id", "recommendation_id")
LIFT_COLUMNS = {
    "events_retracted": "retracted_event_id",
    "events_reinstated": "reinstated_event_id",
}

Fact = tuple[str | None, ...]
Lift = tuple[str, str, bool, str]


def files_of(events_dir: Path, event_type: str) -> list[Path]:
    """The files of one type: ``<type>.csv`` and ``<type>.<anything>.csv``."""
    return sorted({*events_dir.glob(f"{event_type}.csv"), *events_dir.glob(f"{event_type}.*.csv")})


def _rows(events_dir: Path, event_type: str, columns: list[str]) -> Iterator[list[str]]:
    """The named columns of a type's rows; a column that the type lacks is empty."""
    for path in files_of(events_dir, event_type):
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream)
            header = next(reader)
            places = [header.index(one) if one in header else None for one in columns]
            for row in reader:
                yield ["" if place is None else row[place] for place in places]


def facts(events_dir: Path) -> Iterator[Fact]:
    """Yield the facts in the order of the files.

    Yields:
        (event_id, event_type, statement_id, occurred_on, recorded_at, establishment_id,
        visit_id, concern_id, recommendation_id, status); an empty value is None. Instants go
        without their Z, so that their order as text is their order in time.
    """
    envelope = ["event_id", "corrects_event_id", "occurred_on", "recorded_at"]
    for event_type, status_column in STATUS_COLUMNS.items():
        is_made = event_type == "recommendations_made"
        columns = [*envelope, *SUBJECTS, status_column or ""]
        for event_id, corrects, occurred, recorded, *subjects, status in _rows(
            events_dir, event_type, columns
        ):
            yield (
                event_id,
                event_type,
                corrects or event_id,
                occurred or None,
                recorded.rstrip("Z"),
                *(subject or None for subject in subjects),
                "made" if is_made else status or None,
            )


def lifts(events_dir: Path) -> Iterator[Lift]:
    """Yield (event_id, target_id, is_retraction, recorded_at) of retractions and reinstatements."""
    for event_type, column in LIFT_COLUMNS.items():
        for event_id, target, recorded in _rows(
            events_dir, event_type, ["event_id", column, "recorded_at"]
        ):
            yield event_id, target, event_type == "events_retracted", recorded.rstrip("Z")
