"""A dbt snapshot (timestamp strategy) of the same log, and a count of the events that it loses.

The snapshot watches a table of an ordinary system: one row per recommendation, overwritten with its
latest status. It is given the best of chances: no two changes of one recommendation ever fall
between two runs, as though dbt ran after each event. Since a snapshot treats each key by itself,
the n-th run may show it the n-th change of every recommendation, and a handful of runs do.

What the system's row was after each change is computed in plain Python by the rules of time
(``_states``); the history is real ``dbt snapshot`` runs' own.

It knows one time axis only: ``statuses_as_of`` has to ignore ``known_at``.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.peers.event_rows import SUBJECTS
from benchmarks.peers.statement_periods import statement_periods

PROJECT = Path(__file__).parent / "snapshot_project"
OPEN = "~"  # after every instant, as text
INTRODUCES = {
    "establishments_described": "establishment_id",
    "visits_held": "visit_id",
    "concerns_raised": "concern_id",
    "recommendations_made": "recommendation_id",
}
STATUS_TYPES = ("recommendations_made", "responses_received", "progress_judged")

Interval = tuple[str, str]
State = tuple[str, str, str]  # event_id, status, occurred_on


@dataclass(frozen=True)
class Losses:
    """Events that opened a status, kept or lost, by the log's final knowledge.

    Attributes:
        runs: How often ``dbt snapshot`` ran.
        events: The events that open a status period in the log.
        lost: Those of them that the snapshot does not hold.
        lost_though_shown: Those lost that were the system's latest row at some run: refused for
            a day no later than the one before, as a second event of a day is, or an erratum.
        lost_unseen: Those lost that never were the latest row, having been recorded late.
        kept_wrongly: Events that the snapshot holds and that open nothing in the log: corrected,
            retracted, or overtaken within their day.
    """

    runs: int
    events: int
    lost: int
    lost_though_shown: int
    lost_unseen: int
    kept_wrongly: int


@dataclass
class Snapshot:
    """The snapshot's database after all runs, and what it ought to hold."""

    folder: Path
    connection: Any
    runs: int
    opening_events: set[str]
    shown_events: set[str]


def missing() -> str:
    """Why it cannot run."""
    if not find_spec("dbt") or not find_spec("duckdb"):
        return "dbt-duckdb is not installed"
    return ""


def load(events_dir: Path) -> Snapshot:
    """Let dbt take a snapshot after each change."""
    import duckdb

    states, opening_events = _states(events_dir)
    runs = max(map(len, states.values()), default=0)
    folder = Path(tempfile.mkdtemp(prefix="dbt-snapshot-"))
    database = folder / "snapshot.duckdb"
    try:
        for run in range(runs):
            _write_states(folder / f"states-{run:03}.tsv", states, run)
        _take_snapshots(database, folder)
        connection = duckdb.connect(str(database), read_only=True)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shown = {state[0] for changes in states.values() for state in changes if state is not None}
    return Snapshot(folder, connection, runs, opening_events, shown)


def statuses_as_of(handle: Snapshot, day: date, known_at: datetime) -> set[tuple[str, str, str]]:
    """The status of every recommendation on a day, as the snapshot has it at the end.

    Args:
        handle: The snapshot.
        day: The day asked about.
        known_at: Ignored: a snapshot keeps one time axis.
    """
    return set(
        handle.connection.execute(
            """
            select recommendation_id, status, event_id
            from main_snapshots.recommendation_statuses
            where
                dbt_valid_from::date <= $1
                and (dbt_valid_to is null or dbt_valid_to::date > $1)
            """,
            [day],
        ).fetchall()
    )


def losses(handle: Snapshot) -> Losses:
    """Count the rows that the snapshot lost, and the rows that it wrongly kept."""
    kept = {
        event_id
        for (event_id,) in handle.connection.execute(
            "select event_id from main_snapshots.recommendation_statuses"
        ).fetchall()
    }
    lost = handle.opening_events - kept
    return Losses(
        runs=handle.runs,
        events=len(handle.opening_events),
        lost=len(lost),
        lost_though_shown=len(lost & handle.shown_events),
        lost_unseen=len(lost - handle.shown_events),
        kept_wrongly=len(kept - handle.opening_events),
    )


def close(handle: Snapshot) -> None:
    """Remove the snapshot's database."""
    handle.connection.close()
    shutil.rmtree(handle.folder, ignore_errors=True)


def _write_states(path: Path, states: dict[str, list[State | None]], run: int) -> None:
    """Write the system's table as it was after the n-th change of each recommendation."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write("recommendation_id\tevent_id\tstatus\toccurred_on\n")
        for recommendation, changes in states.items():
            state = changes[min(run, len(changes) - 1)]
            if state is not None:
                stream.write("\t".join((recommendation, *state)) + "\n")


def _take_snapshots(database: Path, folder: Path) -> None:
    """Run dbt over all states, in one process of its own: dbt does not let go of a database."""
    result = subprocess.run(
        [sys.executable, str(PROJECT / "take_snapshots.py"), str(folder)],
        env={
            **os.environ,
            "SNAPSHOT_DATABASE": str(database),
            "SNAPSHOT_STATES": str(folder / "states.tsv"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(f"dbt snapshot failed:\n{result.stdout}{result.stderr}")


# The system's row after each change ----------------------------------------------------------


def _overlaps(left: list[Interval], right: list[Interval]) -> list[Interval]:
    return [
        (max(start, other), min(end, last))
        for start, end in left
        for other, last in right
        if max(start, other) < min(end, last)
    ]


def _merged(intervals: list[Interval]) -> list[Interval]:
    result: list[Interval] = []
    for start, end in sorted(intervals):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def _states(events_dir: Path) -> tuple[dict[str, list[State | None]], set[str]]:
    """Each recommendation's latest state after each change in what was known.

    Returns:
        Per recommendation its states in the order of knowledge, None while it has none; and the
        events that open a status period by the final knowledge.
    """
    periods = defaultdict(list)
    for fact, start, end in statement_periods(events_dir):
        periods[fact[1]].append((fact, start, end or OPEN))
    alive: dict[tuple[str, str], list[Interval]] = {}
    events_of: dict[str, list[tuple[Interval, tuple[str, str, str], State, bool]]] = defaultdict(
        list
    )
    for event_type in (*INTRODUCES, "responses_received", "progress_judged"):
        own = INTRODUCES.get(event_type)
        introduced: dict[tuple[str, str], list[Interval]] = defaultdict(list)
        for fact, start, end in periods.pop(event_type, []):
            event_id, _, _, occurred, recorded, *subjects, status = fact
            named = {
                column: subject
                for column, subject in zip(SUBJECTS, subjects, strict=True)
                if subject
            }
            intervals = [(start, end)]
            for column, subject in named.items():
                if column != own:
                    intervals = _overlaps(intervals, alive.get((column, subject), []))
            if own:
                introduced[own, named[own]] += intervals
            if event_type in STATUS_TYPES and occurred:
                order = (occurred, str(recorded), str(event_id))
                state = (str(event_id), str(status), occurred)
                events_of[named["recommendation_id"]] += [
                    (interval, order, state, own is not None) for interval in intervals
                ]
        alive.update({subject: _merged(some) for subject, some in introduced.items()})

    states: dict[str, list[State | None]] = {}
    opening: set[str] = set()
    for recommendation, events in events_of.items():
        changes: list[State | None] = []
        instants = sorted({instant for interval, *_ in events for instant in interval} - {OPEN})
        for instant in instants:
            live = [event for event in events if event[0][0] <= instant < event[0][1]]
            is_made = any(event[3] for event in live)
            state = max(live, key=lambda event: event[1])[2] if is_made else None
            if not changes or state != changes[-1]:
                changes.append(state)
        if any(changes):
            states[recommendation] = changes
        final = sorted((event for event in events if event[0][1] == OPEN), key=lambda e: e[1])
        made_on = next((event[2][2] for event in final if event[3]), None)
        if made_on is not None:
            last_of_day = {event[2][2]: event[2][0] for event in final if event[2][2] >= made_on}
            opening.update(last_of_day.values())
    return states, opening
