"""Decisions on a proposal, saved as they are made.

Every decision is a change of the proposal's own files, which stay editable by hand: it is made on
the files as they are now, and refused where the row is no longer what the person saw.
"""

import csv
import io
import math
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from inspections.errors import ActionableError
from inspections.files import exclusive_lock, replace_file
from inspections.log.adding.batch import KEEP, NOTE
from inspections.log.declaration import event_types
from inspections.log.files import decisions as log_decisions
from inspections.log.files.decisions import ACCEPTED, ADDED, EDITED, LEFT_OUT, UNDONE
from inspections.review.folder.journal import APPENDED, SETTLED, Decision, Journal, standing
from inspections.review.folder.proposal import (
    Proposal,
    Row,
    digest_of,
    read_proposal,
    read_rows,
    row_key,
)

# A row's columns that a person does not edit in the page: they tell which row it is.
FIXED = ("event_id", "recorded_at", "document_id")


class OutOfDateError(ActionableError):
    """The row or the proposal is no longer as the page showed it."""


@dataclass(frozen=True)
class Change:
    """The effect of one decision on one row.

    Attributes:
        decision: What is decided.
        row: The row; none where one is added.
        after: The row as it will be; none where it goes away.
        event_type: The type of a row that is added.
        undoes: The decision that is taken back.
    """

    decision: str
    row: Row | None
    after: dict[str, str] | None
    event_type: str = ""
    undoes: Decision | None = None


class Decider:
    """Carries out decisions on one proposal.

    Args:
        folder: The proposal.
        decisions_file: The ``intake_decisions.csv`` of the log.
        reviewer: Who decides, where that is known.
    """

    def __init__(self, folder: Path, decisions_file: Path, reviewer: str = "") -> None:
        self.folder = folder
        self.journal = Journal(folder)
        self._decisions_file = decisions_file
        self._reviewer = reviewer

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other servers and threads out while files are read and replaced."""
        with exclusive_lock(os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY), math.inf):
            yield

    def standing(self) -> dict[str, list[Decision]]:
        """The decisions that hold, by row or question."""
        return standing(self.journal.read()[0])

    def recover(self) -> int:
        """Finish what a server that was killed had noted and not carried out.

        Returns:
            How many decisions there were.
        """
        with self.locked():
            unfinished = self.journal.read()[1]
            if unfinished:
                self._carry_out(read_proposal(self.folder), unfinished)
            return len(unfinished)

    def keep(self, keys: Sequence[str], seen: dict[str, str]) -> list[Decision]:
        """Keep rows as they are."""
        return self._decide(
            keys, seen, lambda row: Change(ACCEPTED, row, {**row.state, KEEP: "yes"})
        )

    def leave_out(self, keys: Sequence[str], seen: dict[str, str]) -> list[Decision]:
        """Leave rows out: ``no`` in their column ``keep``, as by hand."""
        return self._decide(
            keys, seen, lambda row: Change(LEFT_OUT, row, {**row.state, KEEP: "no"})
        )

    def edit(self, key: str, seen: str, values: dict[str, str]) -> list[Decision]:
        """Correct a row's columns; the row is kept."""
        return self.fill([key], {key: seen}, values)

    def fill(
        self, keys: Sequence[str], seen: dict[str, str], values: dict[str, str]
    ) -> list[Decision]:
        """Correct the same columns of several rows; rows that do not change are kept as they are.

        Args:
            keys: The rows.
            seen: The digests of the rows as the page showed them, by key.
            values: The columns that change, with their new values.
        """

        def change(row: Row) -> Change:
            own = {
                name: value
                for name, value in values.items()
                if name in row.values and name not in FIXED
            }
            after = {**row.state, **own, KEEP: "yes"}
            is_same = all(row.values[name] == value for name, value in own.items())
            return Change(ACCEPTED if is_same else EDITED, row, after)

        return self._decide(keys, seen, change)

    def add(self, event_type: str, values: dict[str, str], note: str) -> list[Decision]:
        """Add a row that a person made from the text."""
        with self.locked():
            proposal = read_proposal(self.folder)
            _check_readable(proposal)
            after = {
                **{name: values.get(name, "") for name in event_types()[event_type].column_names},
                KEEP: "yes",
                NOTE: note,
            }
            taken = {row.event_id for row in proposal.rows}
            after["event_id"] = _unused(after["event_id"], taken)
            return self._note_and_do(proposal, [Change(ADDED, None, after, event_type)])

    def undo(self, key: str) -> list[Decision]:
        """Take back the last decision on a row or question, and those of the same answer.

        Raises:
            OutOfDateError: There is none, or the row was changed by hand since.
        """
        with self.locked():
            proposal = read_proposal(self.folder)
            held = self.standing()
            own = held.get(key)
            if not own or own[-1].decision == APPENDED:
                raise OutOfDateError("There is no decision on it to take back. Load the page anew.")
            together = [
                decisions[-1]
                for decisions in held.values()
                if decisions[-1].answer_id == own[-1].answer_id
            ]
            changes = []
            for last in together:
                if last.decision == SETTLED:
                    changes.append(Change(UNDONE, None, None, undoes=last))
                    continue
                row = proposal.by_key.get(last.key)
                state = row.state if row else None
                if digest_of(state) != digest_of(last.after):
                    raise OutOfDateError(
                        f"{last.file}: the row {last.event_id} has been changed outside this page;"
                        " edit it instead of undoing."
                    )
                changes.append(Change(UNDONE, row, last.before, last.event_type, last))
            return self._note_and_do(proposal, changes)

    def settle(self, keys: Sequence[str]) -> list[Decision]:
        """Note that questions about the document are settled."""
        with self.locked():
            proposal = read_proposal(self.folder)
            if not set(keys) <= {question.key for question in proposal.questions}:
                raise OutOfDateError("The proposal has no such question now. Load the page anew.")
            answer = _id()
            decisions = [replace(self._decision(SETTLED, key), answer_id=answer) for key in keys]
            self.journal.note(decisions)
            self.journal.note_done(decisions)
            return decisions

    def note_appended(self, proposal: Proposal) -> None:
        """Note that the proposal is in the log, and that rows without a decision were kept."""
        held = self.standing()
        kept = [
            Change(ACCEPTED, row, row.state)
            for row in proposal.rows
            if row.is_kept and row.key not in held
        ]
        with self.locked():
            if kept:
                self._note_and_do(proposal, kept)
            decision = replace(self._decision(APPENDED, APPENDED), answer_id=_id())
            self.journal.note([decision])
            self.journal.note_done([decision])

    def _decide(
        self, keys: Sequence[str], seen: dict[str, str], change: Callable[[Row], Change]
    ) -> list[Decision]:
        with self.locked():
            proposal = read_proposal(self.folder)
            _check_readable(proposal)
            changes = []
            for key in keys:
                row = proposal.by_key.get(key)
                if row is None or row.digest != seen.get(key):
                    raise OutOfDateError(
                        "The row was changed elsewhere: in another browser, or by hand in its"
                        " file. Nothing was overwritten. Reload the page and check the row again."
                    )
                changes.append(change(row))
            return self._note_and_do(proposal, changes)

    def _note_and_do(self, proposal: Proposal, changes: Sequence[Change]) -> list[Decision]:
        answer = _id()
        decisions = []
        counts: dict[str, int] = {}
        for row in proposal.rows:
            said = f"{row.file}\0{row.event_id}"
            counts[said] = counts.get(said, 0) + 1
        for change in changes:
            decision = self._decision(change.decision, "")
            if change.row is not None:
                row = change.row
                decision = replace(
                    decision,
                    key=row.key,
                    file=row.file,
                    event_type=row.event_type,
                    event_id=row.event_id,
                    rule=row.rule,
                    before=row.state,
                )
            elif change.undoes is not None:
                last = change.undoes
                decision = replace(
                    decision,
                    key=last.key,
                    file=last.file,
                    event_type=last.event_type,
                    event_id=last.event_id,
                    rule=last.rule,
                )
            else:
                assert change.after is not None
                file = f"{change.event_type}.csv"
                decision = replace(
                    decision,
                    key=row_key(file, change.after["event_id"], counts),
                    file=file,
                    event_type=change.event_type,
                    event_id=change.after["event_id"],
                )
            decisions.append(
                replace(
                    decision,
                    answer_id=answer,
                    after=change.after,
                    undoes=change.undoes.decision_id if change.undoes else "",
                )
            )
        self.journal.note(decisions)
        self._carry_out(proposal, decisions)
        return decisions

    def _carry_out(self, proposal: Proposal, decisions: Sequence[Decision]) -> None:
        by_file: dict[str, list[Decision]] = {}
        for decision in decisions:
            if decision.file and decision.before != decision.after:
                by_file.setdefault(decision.file, []).append(decision)
        for file, own in by_file.items():
            _rewrite(self.folder / file, own)
        rows = [
            row for decision in decisions if decision.file for row in _as_logged(decision, proposal)
        ]
        if rows:
            log_decisions.add_decisions(self._decisions_file, rows)
        self.journal.note_done(decisions)

    def _decision(self, decision: str, key: str) -> Decision:
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return Decision(_id(), "", now, decision, key, reviewer=self._reviewer)


def _id() -> str:
    return secrets.token_hex(8)


def _unused(event_id: str, taken: set[str]) -> str:
    number = 2
    chosen = event_id
    while chosen in taken:
        chosen, number = f"{event_id}-{number}", number + 1
    return chosen


def _check_readable(proposal: Proposal) -> None:
    if proposal.faults:
        raise OutOfDateError(
            "A file of the proposal cannot be read, so nothing was changed: "
            + " ".join(proposal.faults)
        )


def _as_logged(decision: Decision, proposal: Proposal) -> list[dict[str, str]]:
    """A decision as ``intake_decisions.csv`` has it: a correction a row a field."""
    base = {
        "decision_id": decision.decision_id,
        "decided_at": decision.decided_at,
        "document_digest": proposal.document_digest,
        "document_id": proposal.document_id,
        "event_type": decision.event_type,
        "event_id": decision.event_id,
        "rule": decision.rule,
        "decision": decision.decision,
        "field": "",
        "from_value": "",
        "to_value": "",
        "reviewer": decision.reviewer,
    }
    if decision.decision == UNDONE:
        return [{**base, "field": "decision_id", "from_value": decision.undoes}]
    if decision.decision != EDITED or decision.before is None or decision.after is None:
        return [base]
    return [
        {**base, "field": name, "from_value": before, "to_value": decision.after.get(name, "")}
        for name, before in decision.before.items()
        if name not in (KEEP, NOTE) and before != decision.after.get(name, "")
    ]


def _rewrite(path: Path, decisions: Sequence[Decision]) -> None:
    """Replace a file of rows by one in which some rows are as decided.

    A row that is neither as before nor as after was changed by hand since, and is left alone.
    """
    event_type = event_types()[path.name.split(".")[0]]
    if path.is_file():
        header, read = read_rows(path)
        rows: list[dict[str, str] | None] = [row for _, row in read]
    else:
        header, rows = [*event_type.column_names, KEEP, NOTE], []
    for name in (*event_type.column_names, KEEP, NOTE):
        if name not in header:
            header.append(name)
    for decision in decisions:
        before, after = digest_of(decision.before), digest_of(decision.after)
        place = next(
            (
                place
                for place, row in enumerate(rows)
                if row is not None
                and row.get("event_id", "") == decision.event_id
                and digest_of(_state(row, event_type.column_names)) in (before, after)
            ),
            None,
        )
        if place is None:
            if decision.before is None and decision.after is not None:
                rows.append(decision.after)
            continue
        row = rows[place]
        assert row is not None
        rows[place] = None if decision.after is None else {**row, **decision.after}
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, header, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(row for row in rows if row is not None)
    replace_file(path, buffer.getvalue().encode("utf-8"))


def _state(row: dict[str, str], columns: Sequence[str]) -> dict[str, str]:
    """A row of a file as :attr:`inspections.review.folder.proposal.Row.state` has it."""
    is_kept = row.get(KEEP, "").strip().lower() != "no"
    return {
        **{name: row.get(name, "") for name in columns},
        KEEP: "yes" if is_kept else "no",
        NOTE: row.get(NOTE, ""),
    }
