"""``intake_decisions.csv``: what people decided of proposed rows, a row a decision.

What belongs here: where the file lies, how it is read, and how rows are added to it. It is no event
file: decisions say how well documents are read, never what holds of a prison. Who decides, and how,
lies in :mod:`inspections.review`.
"""

import csv
import io
import math
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from inspections.errors import ActionableError
from inspections.files import exclusive_lock, read_file
from inspections.instants import parse_instant
from inspections.log.files.csv_records import read_table, shown

FILE = "intake_decisions.csv"
COLUMNS = (
    "decision_id",
    "decided_at",
    "document_digest",
    "document_id",
    "event_type",
    "event_id",
    "rule",
    "decision",
    "field",
    "from_value",
    "to_value",
    "reviewer",
)
# Who decided stays in the file.
PUBLISHED = tuple(name for name in COLUMNS if name != "reviewer")
# An undone decision counts no longer; the row stays, as every row of this file does.
ACCEPTED, EDITED, LEFT_OUT, ADDED, UNDONE = "accepted", "edited", "left_out", "added", "undone"
DECISIONS = (ACCEPTED, EDITED, LEFT_OUT, ADDED, UNDONE)


class DecisionsError(ActionableError):
    """``intake_decisions.csv`` is not as expected."""


@dataclass(frozen=True)
class RuleRecord:
    """How often one rule of intake was right.

    Attributes:
        rule: Its name.
        accepted: Rows that were kept as they were.
        edited: Rows that were corrected.
        left_out: Rows that were left out.
    """

    rule: str
    accepted: int
    edited: int
    left_out: int

    @property
    def decided(self) -> int:
        """How many of its rows a person has decided."""
        return self.accepted + self.edited + self.left_out

    @property
    def share(self) -> float:
        """Share of these rows that the rule read correctly."""
        return self.accepted / self.decided if self.decided else 0.0


def decisions_path(events_dir: Path, seeds_dir: Path) -> Path:
    """Path of a log's decisions: beside its list of documents."""
    is_own = events_dir.resolve().parent == seeds_dir.resolve()
    return (seeds_dir if is_own else events_dir) / FILE


def read_decisions(path: Path) -> list[dict[str, str]]:
    """The decisions in their order; none where there is no file.

    Raises:
        DecisionsError: The file cannot be read; the message names line, column and value.
    """
    if not path.exists() and not path.is_symlink():
        return []
    place = f"{path.parent.name}/{path.name}"
    try:
        content = read_file(path)
    except OSError as error:
        raise DecisionsError(
            f"{place} cannot be read: {error.strerror}.", code="disk-or-rights"
        ) from error
    if not content:
        # A server that was killed before its first decision was written.
        return []
    rows = []
    for where, row in read_table(content, COLUMNS, place, DecisionsError):
        _check(row, where)
        rows.append(row)
    return rows


def _check(row: dict[str, str], place: str) -> None:
    if row["decision"] not in DECISIONS:
        raise DecisionsError(
            f"{place}, column decision, value {shown(row['decision'])!r}: expected one of"
            f" {', '.join(DECISIONS)}.",
            code="broken-decisions",
        )
    try:
        # As the models read it: in UTC, without an offset.
        row["decided_at"] = parse_instant(row["decided_at"])
    except ValueError:
        raise DecisionsError(
            f"{place}, column decided_at, value {shown(row['decided_at'])!r}: expected an instant"
            " such as 2026-11-29T18:00:00Z.",
            code="broken-decisions",
        ) from None


def add_decisions(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """Add decisions at the end of the file, in one write that is synced.

    A decision that the file has already is not added again: a server that was killed between two
    files sends it once more.

    Raises:
        OSError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    with exclusive_lock(descriptor, math.inf):
        content = path.read_bytes()
        if content and not content.endswith(b"\n"):
            # Only a write that a power cut tore ends without a line end; it is sent again.
            content = content[: content.rfind(b"\n") + 1]
            os.ftruncate(descriptor, len(content))
        new = [row for row in rows if row["decision_id"].encode() not in content]
        if not new:
            return
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
        if not content:
            writer.writeheader()
        writer.writerows(new)
        left = buffer.getvalue().encode("utf-8")
        while left:
            left = left[os.write(descriptor, left) :]
        os.fsync(descriptor)


def standing_decisions(
    rows: Iterable[dict[str, str]],
) -> dict[tuple[str, str, str], list[list[dict[str, str]]]]:
    """The decisions on each proposed row that no later one undid, in their order.

    Args:
        rows: The rows of the file.

    Returns:
        By document digest, event type and event id: the decisions, each with its rows, of which a
        correction has one a field.
    """
    rows = list(rows)
    undone = {row["from_value"] for row in rows if row["decision"] == UNDONE}
    standing: dict[tuple[str, str, str], dict[str, list[dict[str, str]]]] = {}
    for row in rows:
        if row["decision"] != UNDONE and row["decision_id"] not in undone:
            key = (row["document_digest"], row["event_type"], row["event_id"])
            standing.setdefault(key, {}).setdefault(row["decision_id"], []).append(row)
    return {key: list(own.values()) for key, own in standing.items()}


def rule_records(rows: Iterable[dict[str, str]]) -> dict[str, RuleRecord]:
    """How often each rule was right, by its name.

    A row that was corrected and then accepted counts as corrected: the rule read it wrongly.
    """
    counts: dict[str, Counter[str]] = {}
    for decisions in standing_decisions(rows).values():
        made = [decision[0]["decision"] for decision in decisions]
        rule = decisions[-1][0]["rule"]
        if not rule or ADDED in made:
            continue
        outcome = LEFT_OUT if made[-1] == LEFT_OUT else EDITED if EDITED in made else ACCEPTED
        counts.setdefault(rule, Counter())[outcome] += 1
    return {
        rule: RuleRecord(rule, found[ACCEPTED], found[EDITED], found[LEFT_OUT])
        for rule, found in sorted(counts.items())
    }
