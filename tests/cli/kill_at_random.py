"""Kills builds, appends and Dagster's runs at random instants, and looks at what is left.

``python -m tests.cli.kill_at_random --times 50`` takes some twenty minutes; a few kills are in the
suite. After each kill the published file must open whole, the log must be the old one or the new
one, and the next command must go on by itself.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import duckdb

from inspections.log.adding.journal import recover
from inspections.settings import PROJECT
from tests.conftest import EVENTS, RUN_THE_JOB

BIN = Path(sys.executable).parent
ANSWER = (
    "event_id,occurred_on,occurred_precision,recorded_at,document_id,paragraph,"
    "corrects_event_id,recommendation_id,response,target_on,text\n"
    "invented-answer-{number},2022-09-01,day,,hmp-elmley-irp-2023-02,,,"
    "elmley-2022-1.42,agreed,,\n"
)


def run_and_kill(command: list[str], environment: dict[str, str], after: float) -> bool:
    """Start a command in a group of its own and kill the group; tell whether it was in time."""
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(after)
        return False
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True


def published_state(warehouse: Path) -> tuple[int, str]:
    """The publication as a new reader sees it: all its tables are read."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as warehouse (read_only)")
        connection.execute("use warehouse")
        names = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'warehouse'"
        ).fetchall()
        for (name,) in names:
            connection.execute(f"from {name}").fetchall()
        count, digest = connection.execute(
            "select event_count, log_digest from publications order by published_at desc limit 1"
        ).fetchone()
        (events,) = connection.execute("select count(distinct event_id) from events").fetchone()
        assert events == count
        return count, digest


def log_state(events: Path) -> dict[str, bytes]:
    """The event files that a build would read, an interrupted append brought to one side."""
    recover(events)
    return {path.name: path.read_bytes() for path in events.glob("*.csv")}


def kill(what: str, times: int, folder: Path, choose: random.Random) -> Counter:
    """Kill one kind of command some times, and hold what is left to the promise.

    Args:
        what: ``build``, ``append`` or ``run``.
        times: How many are to be killed in time.
        folder: A scratch folder.
        choose: The source of the instants.

    Returns:
        How many were killed in time, and how many had ended.
    """
    events, warehouse = folder / "events", folder / "data" / "warehouse.duckdb"
    if not events.exists():
        shutil.copytree(EVENTS, events)
        build = [str(BIN / "inspections"), "build", "--events", str(events)]
        build += ["--warehouse", str(warehouse)]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    environment = {
        "EVENTS_DIR": str(events),
        "WAREHOUSE_PATH": str(warehouse),
        "DAGSTER_HOME": str(folder),
    }
    batch = folder / "responses_received.csv"
    commands = {
        "build": [str(BIN / "inspections"), "build"],
        "append": [str(BIN / "inspections"), "append", str(batch)],
        "run": RUN_THE_JOB,
    }
    command = commands[what]

    def write_batch() -> None:
        batch.write_text(ANSWER.format(number=f"{what}-{time.time_ns()}"))

    # Once whole, to see how long it takes.
    write_batch()
    started = time.monotonic()
    run_and_kill(command, environment, 600)
    longest = time.monotonic() - started
    tally: Counter = Counter()
    while tally["killed"] < times:
        write_batch()
        before, log = published_state(warehouse), log_state(events)
        killed = run_and_kill(command, environment, choose.uniform(0.3, longest))
        tally["killed" if killed else "had ended"] += 1
        after, log_after = published_state(warehouse), log_state(events)
        if what == "append":
            assert after == before
            grown = log_after.get("responses_received.csv", b"")
            old = log.get("responses_received.csv", b"")
            assert grown == old or (grown.startswith(old) and grown.endswith(b"\n"))
            assert {k: v for k, v in log_after.items() if k != "responses_received.csv"} == {
                k: v for k, v in log.items() if k != "responses_received.csv"
            }
        else:
            assert log_after == log
    result = subprocess.run(
        [str(BIN / "inspections"), "build"],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    leftovers = [path.name for path in events.iterdir() if path.name.startswith(".")]
    leftovers += [path.name for path in warehouse.parent.glob("*.new")]
    leftovers += [path.name for path in warehouse.parent.glob("*.wal")]
    assert leftovers == [], leftovers
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        for what in ("build", "append", "run"):
            tally = kill(what, arguments.times, Path(scratch), random.Random(arguments.seed))
            print(what, dict(tally), flush=True)


if __name__ == "__main__":
    main()
