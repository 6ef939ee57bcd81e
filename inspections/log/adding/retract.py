"""Taking events back, or bringing them back: rows of the log, like everything else.

What belongs here: which rows a retraction or a reinstatement of events, or of all that cite a
document, comes to. How they enter the log does not: see :mod:`inspections.log.adding.append`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from inspections.log.adding.batch import Batch, BatchRow
from inspections.log.declaration import event_types
from inspections.log.gate import GateError, Judged

RETRACTED, REINSTATED = "events_retracted", "events_reinstated"
_NO_RETRACTIONS = f"event_type not in ('{RETRACTED}', '{REINSTATED}')"


def retract_or_reinstate(
    judged: Judged,
    event_type: str,
    event_ids: Sequence[str],
    document_id: str | None,
    reason: str,
) -> Batch:
    """The retractions, or reinstatements, of named events or of all that cite a document.

    Args:
        judged: The log.
        event_type: ``events_retracted`` or ``events_reinstated``.
        event_ids: The events named.
        document_id: The document whose events are meant, or None.
        reason: Why, in plain words.

    Returns:
        The rows, one an event, with an id of their own.

    Raises:
        GateError: An event is not in the log, or there is nothing to take or bring back.
    """
    is_retraction = event_type == RETRACTED
    retracted = _retracted(judged)
    if document_id is not None:
        chosen = _citing(judged, document_id, is_retraction, retracted)
    else:
        _check_named(judged, event_ids, is_retraction, retracted)
        chosen = list(event_ids)
    if not chosen:
        raise GateError(
            "There is no live event to retract."
            if is_retraction
            else "There is no retracted event to reinstate."
        )
    column = "retracted_event_id" if is_retraction else "reinstated_event_id"
    now = datetime.now(UTC)
    batch = Batch()
    for event_id in dict.fromkeys(chosen):
        values = {
            **dict.fromkeys(event_types()[event_type].column_names, ""),
            # Retracted again after a reinstatement is another event: its instant tells them apart.
            "event_id": f"{event_type}-{event_id}-{now.strftime('%Y%m%dT%H%M%S%fZ')}",
            "occurred_on": now.date().isoformat(),
            "occurred_precision": "day",
            column: event_id,
            "reason": reason,
        }
        batch.add(event_type, BatchRow("command line", 1, values))
    return batch


def _retracted(judged: Judged) -> set[str]:
    """The events that are retracted as things stand: their last retraction was not lifted."""
    return {
        target
        for target, last in judged.ask(
            "select target_event_id, max_by(event_type, (recorded_at, event_id))"
            f" from intermediate.int_log where not ({_NO_RETRACTIONS}) group by target_event_id"
        )
        if last == RETRACTED
    }


def _citing(
    judged: Judged, document_id: str, is_retraction: bool, retracted: set[str]
) -> list[str]:
    if not judged.ask("select 1 from event_files.documents where document_id = ?", document_id):
        raise GateError(f"document {document_id!r} is not known; expected an id of documents.csv.")
    cited = judged.ask(
        "select event_id, bool_or(is_live) from intermediate.int_log"
        f" where document_id = ? and {_NO_RETRACTIONS} group by event_id order by event_id",
        document_id,
    )
    return [
        event_id
        for event_id, is_live in cited
        if (is_live if is_retraction else event_id in retracted)
    ]


def _check_named(
    judged: Judged, event_ids: Sequence[str], is_retraction: bool, retracted: set[str]
) -> None:
    for event_id in event_ids:
        if not judged.ask(
            f"select 1 from intermediate.int_log where event_id = ? and {_NO_RETRACTIONS} limit 1",
            event_id,
        ):
            raise GateError(
                f"event {event_id!r} is not in the log; expected the id of an accepted event that"
                " is no retraction or reinstatement."
            )
        if (event_id in retracted) == is_retraction:
            state = "retracted already" if is_retraction else "not retracted"
            raise GateError(f"event {event_id!r} is {state}; nothing was written.")
