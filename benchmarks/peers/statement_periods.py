"""The current version of each statement from instant to instant (rules 2 to 4), in plain Python.

For peers that keep states and know nothing of corrections and retractions: an application in
front of them has to say which row replaces which, and this is that application. What hangs on
what (rule 5) is not settled here; they can join that themselves.
"""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers.event_rows import Fact, Lift, facts, lifts

Period = tuple[Fact, str, str | None]


def statement_periods(events_dir: Path) -> Iterator[Period]:
    """Yield (fact, known_from, known_to) of each version while it was its statement's current one.

    Only statements that something touches are held in memory; the others pass through.
    """
    lifts_of: dict[str, list[Lift]] = defaultdict(list)
    for lift in lifts(events_dir):
        lifts_of[lift[1]].append(lift)
    touched = {fact[2] for fact in facts(events_dir) if fact[0] != fact[2] or fact[0] in lifts_of}
    versions: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts(events_dir):
        statement = str(fact[2])
        if statement in touched:
            versions[statement].append(fact)
        else:
            yield fact, str(fact[4]), None
    for statement, members in versions.items():
        yield from _folded(statement, members, lifts_of)


def _folded(
    statement: str, members: list[Fact], lifts_of: dict[str, list[Lift]]
) -> Iterator[Period]:
    """Ask at each instant at which something happened to the statement."""
    original = next(fact for fact in members if fact[0] == statement)
    instants = {str(fact[4]) for fact in members}
    for fact in members:
        instants.update(lift[3] for lift in lifts_of.get(str(fact[0]), ()))

    def is_taken_back(event_id: str | None, instant: str) -> bool:
        there = [lift for lift in lifts_of.get(str(event_id), ()) if lift[3] <= instant]
        return bool(there) and max(there, key=lambda lift: (lift[3], lift[0]))[2]

    current: Fact | None = None
    since = ""
    for instant in sorted(instants):
        standing = [
            fact
            for fact in members
            if str(fact[4]) <= instant
            and str(original[4]) <= instant
            and not is_taken_back(fact[0], instant)
            and not is_taken_back(statement, instant)
        ]
        last = max(standing, key=lambda fact: (str(fact[4]), str(fact[0])), default=None)
        if last is not current:
            if current is not None:
                yield current, since, instant
            current, since = last, instant
    if current is not None:
        yield current, since, None
