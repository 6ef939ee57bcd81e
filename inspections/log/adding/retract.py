"""Taking events back, or bringing them back: rows of the log, like everything else.

What belongs here: which rows a retraction or a reinstatement needs, of named events or of all that
cite a document. How they enter the log does not: see :mod:`inspections.log.adding.append`.

An event can be retracted for two reasons at once: one of its own, and a document that it cites. The
log itself knows only the last row about an event. Lifting one reason while the other remains
therefore takes two rows of one instant, of which the retraction counts, as the last by its id.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from inspections.log.adding.batch import Batch, BatchRow
from inspections.log.declaration import event_types
from inspections.log.gate import GateError, Judged

RETRACTED, REINSTATED = "events_retracted", "events_reinstated"
_NAMED_BY = {RETRACTED: "retracted_event_id", REINSTATED: "reinstated_event_id"}
_MAX_NOTED = 20

# Every row that is in the log, or may yet be: a row that waits counts once its subject arrives,
# and a rejected one once it is fixed. A row whose id belongs to another one is neither.
_ROWS = f"""
    select rows.*, verdicts.verdict
    from intermediate.int_event_rows as rows
    left join intermediate.int_unaccepted_rows as verdicts on rows.row_id = verdicts.row_id
    where
        verdicts.verdict is null
        or verdicts.verdict = 'waiting'
        or (
            verdicts.verdict = 'rejected'
            and rows.event_type not in ('{RETRACTED}', '{REINSTATED}')
            and verdicts.column_name <> 'event_id'
            and not exists (
                select 1
                from intermediate.int_event_rows as others
                where others.event_id = rows.event_id and others.row_id <> rows.row_id
            )
        )
"""
_FACTS = f"event_type not in ('{RETRACTED}', '{REINSTATED}')"


@dataclass
class _Reasons:
    """Why an event is retracted: the reasons in force, each in the words of its row.

    Attributes:
        own: The event's own; empty where there is none.
        documents: By the document with which it was retracted.
    """

    own: str = ""
    documents: dict[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.own or self.documents)


@dataclass(frozen=True)
class _Version:
    """One version of a statement: its original, or a correction of it."""

    event_id: str
    document_id: str
    is_original: bool


def retract_or_reinstate(
    judged: Judged,
    event_type: str,
    event_ids: Sequence[str],
    document_id: str | None,
    reason: str,
) -> Batch:
    """Make the retractions, or reinstatements, of named events or of all that cite a document.

    The retraction of a document covers every event that cites it, whatever its state: one that
    waits for its subject, one whose visit is retracted, one that is retracted for a reason of its
    own. Its reinstatement lifts no other reason.

    Args:
        judged: The log.
        event_type: ``events_retracted`` or ``events_reinstated``.
        event_ids: The events named.
        document_id: The document whose events are meant, or None.
        reason: Why, in plain words.

    Returns:
        The rows, each with an id of its own, and notes on what they leave as it is.

    Raises:
        GateError: An event is not in the log, or there is nothing to take or bring back.
    """
    retractions = _Retractions(judged)
    batch = _BatchOfLifts(reason)
    if document_id is None:
        _check_named(judged, event_ids, event_type, retractions)
    elif not judged.ask("select 1 from event_files.documents where document_id = ?", document_id):
        raise GateError(f"document {document_id!r} is not known; expected an id of documents.csv.")
    if event_type == RETRACTED:
        if document_id is None:
            _retract_named(judged, event_ids, retractions, batch)
        else:
            _retract_document(judged, document_id, retractions, batch)
    elif document_id is None:
        _reinstate_named(event_ids, retractions, batch)
    else:
        _reinstate_document(document_id, retractions, batch)
    if not len(batch.batch):
        raise GateError(
            "There is no live event to retract."
            if event_type == RETRACTED
            else "There is no retracted event to reinstate.",
            batch.batch.passed_over,
        )
    return batch.batch


class _Retractions:
    """Retracted events with their reasons, and documents retracted as a whole."""

    def __init__(self, judged: Judged) -> None:
        self.reasons: dict[str, _Reasons] = {}
        self.withdrawn: dict[str, str] = {}
        for event_type, target, document_id, reason in judged.ask(
            f"select event_type, target_event_id, withdrawn_document_id, reason from ({_ROWS})"
            f" where not ({_FACTS}) order by recorded_at, event_id"
        ):
            reasons = self.reasons.setdefault(target, _Reasons())
            # A row may leave its reason empty.
            said = reason or "retracted"
            if event_type == RETRACTED and document_id:
                reasons.documents[document_id] = said
                self.withdrawn[document_id] = said
            elif event_type == RETRACTED:
                reasons.own = said
            elif document_id:
                reasons.documents.pop(document_id, None)
                self.withdrawn.pop(document_id, None)
            else:
                self.reasons[target] = _Reasons()

    def of(self, event_id: str) -> _Reasons:
        return self.reasons.get(event_id, _Reasons())


class _BatchOfLifts:
    """Retractions and reinstatements of one instant."""

    def __init__(self, reason: str) -> None:
        self.batch = Batch()
        self._reason = reason
        self._now = datetime.now(UTC)
        self._instant = self._now.strftime("%Y%m%dT%H%M%S%fZ")

    def add(self, event_type: str, event_id: str, document_id: str = "", reason: str = "") -> None:
        """Add one row.

        Args:
            event_type: Which of the two kinds.
            event_id: The event that it is about.
            document_id: The document with which it is retracted or brought back.
            reason: The reason, where it is not that of the batch.
        """
        values = {
            **dict.fromkeys(event_types()[event_type].column_names, ""),
            # Retracted again after a reinstatement is another event: its instant tells them apart.
            "event_id": "-".join(
                [event_type, event_id, *filter(None, [document_id]), self._instant]
            ),
            "occurred_on": self._now.date().isoformat(),
            "occurred_precision": "day",
            _NAMED_BY[event_type]: event_id,
            "reason": reason or self._reason,
            "withdrawn_document_id": document_id,
        }
        self.batch.add(event_type, BatchRow("command line", 1, values))

    def note(self, event_ids: Sequence[str], what: str) -> None:
        """Note events that stay as they are, by their ids."""
        if event_ids:
            named = ", ".join(event_ids[:_MAX_NOTED])
            more = f" and {len(event_ids) - _MAX_NOTED} more" if len(event_ids) > _MAX_NOTED else ""
            self.batch.passed_over.append(f"{named}{more}: {what}")


def _retract_document(
    judged: Judged, document_id: str, retractions: _Retractions, batch: _BatchOfLifts
) -> None:
    kept = []
    for versions in _statements(judged, "document_id = ?", document_id):
        citing = {version.event_id for version in versions if version.document_id == document_id}
        stays = _standing(versions, retractions, but_for=citing)
        before = len(batch.batch)
        for version in versions:
            if version.event_id not in citing:
                continue
            if document_id in retractions.of(version.event_id).documents:
                continue
            # Taking back an original takes back its corrections, which another document states.
            if version.is_original and stays:
                kept.append(version.event_id)
                continue
            batch.add(RETRACTED, version.event_id, document_id)
        if len(batch.batch) > before:
            _retract_what_would_stand(stays, retractions, batch)
    batch.note(
        kept,
        "a correction from another document has superseded it and stays; to take back both,"
        " retract that correction",
    )


def _retract_named(
    judged: Judged, event_ids: Sequence[str], retractions: _Retractions, batch: _BatchOfLifts
) -> None:
    chosen = set(event_ids)
    for event_id in dict.fromkeys(event_ids):
        batch.add(RETRACTED, event_id)
    if not retractions.withdrawn:
        return
    for versions in _statements(judged, "event_id in (select unnest(?))", sorted(chosen)):
        if not any(version.is_original and version.event_id in chosen for version in versions):
            _retract_what_would_stand(
                _standing(versions, retractions, but_for=chosen), retractions, batch
            )


def _retract_what_would_stand(
    standing: list[_Version], retractions: _Retractions, batch: _BatchOfLifts
) -> None:
    """Retract versions that would count again although their document was retracted."""
    while standing and (last := standing.pop()).document_id in retractions.withdrawn:
        document_id = last.document_id
        batch.add(RETRACTED, last.event_id, document_id, retractions.withdrawn[document_id])
        batch.note(
            [last.event_id],
            f"would count again, and cites {document_id}, which was retracted: it is retracted too",
        )


def _reinstate_named(
    event_ids: Sequence[str], retractions: _Retractions, batch: _BatchOfLifts
) -> None:
    for event_id in dict.fromkeys(event_ids):
        reasons = retractions.of(event_id)
        batch.add(REINSTATED, event_id)
        if not reasons.own:
            continue
        for document_id, reason in reasons.documents.items():
            if document_id in retractions.withdrawn:
                batch.add(RETRACTED, event_id, document_id, reason)
                batch.note(
                    [event_id],
                    f"stays retracted with document {document_id}; to reinstate that, use"
                    f" reinstate --document {document_id}",
                )


def _reinstate_document(document_id: str, retractions: _Retractions, batch: _BatchOfLifts) -> None:
    kept = []
    for event_id, reasons in sorted(retractions.reasons.items()):
        if document_id not in reasons.documents:
            continue
        batch.add(REINSTATED, event_id, document_id)
        if reasons.own:
            batch.add(RETRACTED, event_id, reason=reasons.own)
            kept.append(event_id)
    batch.note(kept, "stays retracted for its own reason; to reinstate it, name the event")


def _statements(judged: Judged, condition: str, value: Any) -> Iterator[list[_Version]]:
    """The statements of some events, each with all its versions in the order of their recording."""
    found: dict[str, list[_Version]] = {}
    for statement_id, event_id, document_id in judged.ask(
        f"with rows as ({_ROWS})"
        " select statement_id, event_id, any_value(document_id) from rows"
        f" where {_FACTS} and event_id is not null"
        f" and statement_id in (select statement_id from rows where {condition})"
        " group by statement_id, event_id, recorded_at"
        " order by statement_id, recorded_at, event_id",
        value,
    ):
        found.setdefault(statement_id, []).append(
            _Version(event_id, document_id or "", event_id == statement_id)
        )
    yield from found.values()


def _standing(
    versions: Sequence[_Version], retractions: _Retractions, but_for: Collection[str]
) -> list[_Version]:
    """The versions that are not retracted, but for some, the current one last.

    None stands without its original, unless that is one of those left out.
    """
    if any(version.is_original and retractions.of(version.event_id) for version in versions):
        return []
    return [
        version
        for version in versions
        if version.event_id not in but_for and not retractions.of(version.event_id)
    ]


def _check_named(
    judged: Judged, event_ids: Sequence[str], event_type: str, retractions: _Retractions
) -> None:
    for event_id in event_ids:
        if not judged.ask(
            f"select 1 from intermediate.int_log where event_id = ? and {_FACTS} limit 1", event_id
        ):
            raise GateError(
                f"event {event_id!r} is not in the log; expected the id of an accepted event that"
                " is no retraction or reinstatement."
            )
        reasons = retractions.of(event_id)
        # One that is retracted with a document may get a reason of its own, which outlives that.
        if event_type == RETRACTED and reasons.own:
            raise GateError(f"event {event_id!r} is retracted already; nothing was written.")
        if event_type == REINSTATED and not reasons:
            raise GateError(f"event {event_id!r} is not retracted; nothing was written.")
