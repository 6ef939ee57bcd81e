"""The decisions on one proposal, as they are made: one line each, before any file is changed.

A decision is noted with the row before and after it, then the row's file is replaced, then the
decision is added to ``intake_decisions.csv``, then it is noted as done. A server that is killed in
between finishes it when it starts again, so that no decision is lost or made twice. An edit by hand
that came later is left as it is.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FILE = "review-decisions.jsonl"
SETTLED = "settled"
APPENDED = "appended"


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes:
        decision_id: Its id.
        answer_id: What it shares with others that one answer gave.
        decided_at: When, in UTC.
        decision: What was decided, as in ``intake_decisions.csv``; or ``settled`` of a question,
            ``appended`` of the proposal.
        key: The row or question that it is about.
        file: The row's file.
        event_type: The row's type.
        event_id: The row's id.
        rule: The rule that read it.
        before: The row before it; none where it was not there.
        after: The row after it; none where it is not there.
        undoes: The decision that it takes back.
        reviewer: Who decided, where that is known.
    """

    decision_id: str
    answer_id: str
    decided_at: str
    decision: str
    key: str
    file: str = ""
    event_type: str = ""
    event_id: str = ""
    rule: str = ""
    before: dict[str, str] | None = None
    after: dict[str, str] | None = None
    undoes: str = ""
    reviewer: str = ""


class Journal:
    """The decisions of a proposal."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def read(self) -> tuple[list[Decision], list[Decision]]:
        """All decisions in their order, and those that were noted and not done."""
        decisions: dict[str, Decision] = {}
        done: set[str] = set()
        for line in self._lines():
            if "done" in line:
                done.update(line["done"])
            else:
                decisions[line["decision_id"]] = Decision(**line)
        return list(decisions.values()), [
            decision for key, decision in decisions.items() if key not in done
        ]

    def note(self, decisions: Sequence[Decision]) -> None:
        """Note decisions before they are carried out."""
        self._write([asdict(decision) for decision in decisions])

    def note_done(self, decisions: Sequence[Decision]) -> None:
        """Note that decisions are carried out."""
        self._write([{"done": [decision.decision_id for decision in decisions]}])

    def _lines(self) -> list[dict[str, Any]]:
        if not self.path.is_file():
            return []
        lines = []
        for line in self.path.read_bytes().splitlines(keepends=True):
            # Only a write that a power cut tore has no line end: it was never carried out.
            if line.endswith(b"\n"):
                lines.append(json.loads(line))
        return lines

    def _write(self, lines: Sequence[dict[str, Any]]) -> None:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            content = self.path.read_bytes()
            if content and not content.endswith(b"\n"):
                os.ftruncate(descriptor, content.rfind(b"\n") + 1)
            left = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def standing(decisions: Sequence[Decision]) -> dict[str, list[Decision]]:
    """The decisions that no later one took back, by row or question, in their order."""
    found: dict[str, list[Decision]] = {}
    for decision in decisions:
        own = found.setdefault(decision.key, [])
        if decision.undoes:
            own[:] = [each for each in own if each.decision_id != decision.undoes]
        else:
            own.append(decision)
    return {key: own for key, own in found.items() if own}
