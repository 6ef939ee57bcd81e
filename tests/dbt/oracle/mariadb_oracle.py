"""MariaDB's system-versioned tables as an outside oracle for questions on both axes.

Over 500 lines: one experiment, with its application, its log and its questions.

An application that knows only the present keeps it in one table: event by event, in the order of
recording, it inserts, updates and deletes what a correction, a retraction or a reinstatement
changes, with all that hangs on it. MariaDB keeps the history of the table by itself, its clock set
to the instant of each recording, and ``for system_time as of`` asks for it. Neither the reference
model nor the warehouse's SQL has a part in that.

Run as ``python -m tests.dbt.oracle.mariadb_oracle``: a log of 10,000 invented events is replayed, and
MariaDB, the reference model and the published macros are asked the same questions. The log is
gated beforehand: verdicts are no matter of MariaDB's.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from tests import reference_model as model
from tests.event_streams import DAYS, random_stream, write_event_files

Row = model.Row
Question = tuple[str, date, datetime | None]
Answers = Callable[[str, date, datetime | None], set[tuple]]
KINDS = ("statuses", "outcomes", "establishments")
STREAM_SIZE = 40
STARTS_WITHIN = 60
# Later than any recording and earlier than 2038, where MariaDB's timestamps end.
LAST_INSTANT = datetime(2037, 12, 31)
NEEDED = ("mariadbd", "mariadb-install-db", "mariadb")

TABLE = """
create database log character set utf8mb4 collate utf8mb4_nopad_bin;
use log;
create table facts (
    statement_id varchar(200) not null,
    event_id varchar(200) not null,
    event_type varchar(40) not null,
    occurred_on date,
    recorded_at datetime(6) not null,
    establishment_id varchar(200),
    visit_id varchar(200),
    recommendation_id varchar(200),
    name varchar(200),
    unit varchar(200),
    healthy_prison_test varchar(200),
    test_group varchar(200),
    code varchar(200),
    row_start timestamp(6) generated always as row start,
    row_end timestamp(6) generated always as row end,
    period for system_time (row_start, row_end),
    key (statement_id),
    key (visit_id),
    key (recommendation_id)
) with system versioning engine = InnoDB;
"""

SQL = {
    "statuses": """
with

made as (
    select * from facts for system_time as of timestamp '{known_at}'
    where event_type = 'recommendations_made' and occurred_on <= '{day}'
),

ordered as (
    select
        told.recommendation_id, visits.establishment_id, told.code, told.occurred_on,
        told.event_id,
        row_number() over (
            partition by told.recommendation_id
            order by told.occurred_on desc, told.recorded_at desc, told.event_id desc
        ) as place
    from made
    inner join facts for system_time as of timestamp '{known_at}' as visits
        on visits.event_type = 'visits_held' and visits.visit_id = made.visit_id
    inner join facts for system_time as of timestamp '{known_at}' as told
        on told.recommendation_id = made.recommendation_id
    where
        told.event_type in ('recommendations_made', 'responses_received', 'progress_judged')
        and told.occurred_on <= '{day}'
)

select recommendation_id, establishment_id, code, occurred_on, event_id
from ordered where place = 1;
""",
    "outcomes": """
with

ordered as (
    select
        visits.establishment_id, told.unit, told.healthy_prison_test, told.code, told.event_id,
        row_number() over (
            partition by visits.establishment_id, told.unit, told.test_group
            order by told.occurred_on desc, told.recorded_at desc, told.event_id desc
        ) as place
    from facts for system_time as of timestamp '{known_at}' as told
    inner join facts for system_time as of timestamp '{known_at}' as visits
        on visits.event_type = 'visits_held' and visits.visit_id = told.visit_id
    where told.event_type = 'outcomes_judged' and told.occurred_on <= '{day}'
)

select
    establishment_id, unit, healthy_prison_test, code,
    field(code, 'poor', 'not_sufficiently_good', 'reasonably_good', 'good'), event_id
from ordered where place = 1;
""",
    "establishments": """
with

ordered as (
    select
        establishment_id, name, occurred_on, event_id,
        row_number() over (
            partition by establishment_id
            order by occurred_on desc, recorded_at desc, event_id desc
        ) as place
    from facts for system_time as of timestamp '{known_at}'
    where event_type = 'establishments_described' and occurred_on <= '{day}'
)

select establishment_id, name, occurred_on, event_id from ordered where place = 1;
""",
}

SUBJECTS = ("establishment_id", "visit_id", "concern_id", "recommendation_id")
INTRODUCED = dict(
    zip(
        ("establishments_described", "visits_held", "concerns_raised", "recommendations_made"),
        SUBJECTS,
        strict=True,
    )
)
CODES = {
    "responses_received": "response",
    "progress_judged": "judgement",
    "outcomes_judged": "outcome",
}


class Application:
    """Knows the present alone, and says what to change in the table when it learns of an event."""

    def __init__(self) -> None:
        self._originals: set[str] = set()
        self._statement_of: dict[str, str] = {}
        self._versions: dict[str, list[Row]] = defaultdict(list)
        self._taken_back: set[str] = set()
        self._shown: dict[str, Row] = {}
        self._introducing: Counter[tuple[str, str]] = Counter()
        self._hanging_on: dict[tuple[str, str], set[str]] = defaultdict(set)

    def learn(self, row: Row) -> list[str]:
        """Take in the next event by ``(recorded_at, event_id)``.

        Returns:
            The statements that bring the table up to date.
        """
        if row["event_type"] == "events_retracted":
            self._taken_back.add(row["retracted_event_id"])
            touched = self._statement_of.get(row["retracted_event_id"])
        elif row["event_type"] == "events_reinstated":
            self._taken_back.discard(row["reinstated_event_id"])
            touched = self._statement_of.get(row["reinstated_event_id"])
        else:
            touched = row["corrects_event_id"] or row["event_id"]
            if not row["corrects_event_id"]:
                self._originals.add(row["event_id"])
            self._statement_of[row["event_id"]] = touched
            self._versions[touched].append(row)
            for subject in self._named(row):
                self._hanging_on[subject].add(touched)
        return self._settle(touched) if touched else []

    def _named(self, row: Row) -> list[tuple[str, str]]:
        own = INTRODUCED.get(row["event_type"])
        return [(column, row[column]) for column in SUBJECTS if column != own and row.get(column)]

    def _due(self, statement: str) -> Row | None:
        """The version to show, if any: the last one learnt that was not retracted."""
        if statement not in self._originals or statement in self._taken_back:
            return None
        for row in reversed(self._versions[statement]):
            if row["event_id"] not in self._taken_back:
                is_placed = all(self._introducing[subject] for subject in self._named(row))
                return row if is_placed else None
        return None

    def _settle(self, touched: str) -> list[str]:
        changes = []
        queue = deque([touched])
        while queue:
            statement = queue.popleft()
            shown, due = self._shown.pop(statement, None), self._due(statement)
            if due:
                self._shown[statement] = due
            if shown is due:
                continue
            changes.append(_change(statement, shown, due))
            ids = Counter()
            for row, step in ((shown, -1), (due, 1)):
                if row and (column := INTRODUCED.get(row["event_type"])):
                    ids[column, row[column]] += step
            for subject, step in ids.items():
                before = self._introducing[subject]
                self._introducing[subject] += step
                if bool(before) != bool(before + step):
                    queue.extend(sorted(self._hanging_on[subject]))
        return changes


def _change(statement: str, shown: Row | None, due: Row | None) -> str:
    where = f"where statement_id = {_quoted(statement)};"
    if due is None:
        return f"delete from facts {where}"
    code = "made" if due["event_type"] == "recommendations_made" else None
    values = {
        "event_id": due["event_id"],
        "event_type": due["event_type"],
        "occurred_on": due["occurred_on"],
        "recorded_at": model.recorded(due).isoformat(" ", "microseconds"),
        "code": code or due.get(CODES.get(due["event_type"], "")),
    }
    for column in (
        "establishment_id",
        "visit_id",
        "recommendation_id",
        "name",
        "unit",
        "healthy_prison_test",
    ):
        values[column] = due.get(column)
    if due.get("healthy_prison_test"):
        values["test_group"] = "/".join(model.series_of(due))
    settings = ", ".join(f"{column} = {_quoted(value)}" for column, value in values.items())
    if shown is None:
        return f"insert into facts set statement_id = {_quoted(statement)}, {settings};"
    return f"update facts set {settings} {where}"


def _quoted(text: str | None) -> str:
    if not text:
        return "null"
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


# The server ------------------------------------------------------------------------------------


def _program(name: str) -> str | None:
    """Servers lie in folders that an ordinary user's path often lacks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def missing() -> str:
    """Why the oracle cannot be asked on this machine, or nothing."""
    absent = [name for name in NEEDED if not _program(name)]
    if absent:
        return (
            f"MariaDB is not installed ({', '.join(absent)} not found;"
            " Debian: apt-get install mariadb-server)"
        )
    return ""


class Server:
    """A server of our own, on a socket in a temporary folder."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "socket"

    def run(self, sql: str, database: str = "") -> list[list[str | None]]:
        """Run statements in a session of their own; an empty or null field is ``None``."""
        result = subprocess.run(
            [
                str(_program("mariadb")),
                "--no-defaults",
                "--batch",
                "--skip-column-names",
                "--default-character-set=utf8mb4",
                f"--socket={self._socket}",
                "--user=root",
                *([database] if database else []),
            ],
            input=sql,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if result.returncode:
            raise RuntimeError(result.stderr)
        return [
            [None if field in ("", "NULL") else field for field in line.split("\t")]
            for line in result.stdout.splitlines()
        ]


@contextmanager
def server() -> Iterator[Server]:
    """Start a server, and stop that one process at the end."""
    # A path of its own: a socket's must be short.
    with tempfile.TemporaryDirectory(prefix="mariadb-") as scratch:
        folder = Path(scratch)
        # Run by root, a server wants to be told that this is meant.
        owner = ["--user=root"] if os.geteuid() == 0 else []
        data = f"--datadir={folder / 'data'}"
        subprocess.run(
            [
                str(_program("mariadb-install-db")),
                "--no-defaults",
                data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                *owner,
            ],
            check=True,
            capture_output=True,
        )
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    str(_program("mariadbd")),
                    "--no-defaults",
                    data,
                    f"--socket={folder / 'socket'}",
                    f"--pid-file={folder / 'pid'}",
                    "--skip-networking",
                    "--default-time-zone=+00:00",
                    "--innodb-flush-log-at-trx-commit=0",
                    *owner,
                ],
                stdout=log,
                stderr=log,
            )
        try:
            started = Server(folder)
            _wait_for(started, process, folder / "log")
            yield started
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(started: Server, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            started.run("select 1;")
            return
        except RuntimeError:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(log.read_text("utf-8", "replace")) from None
            time.sleep(0.05)


def replay(running: Server, log: list[Row]) -> int:
    """Let the application keep its table while the clock runs from recording to recording.

    Returns:
        The number of rows that MariaDB keeps, those of the past included.
    """
    application = Application()
    script = [TABLE, "set autocommit = 0;"]
    clock = None
    for row in sorted(log, key=model.recording_order):
        changes = application.learn(row)
        if changes and clock != model.recorded(row):
            clock = model.recorded(row)
            microseconds = (clock - datetime(1970, 1, 1)) // timedelta(microseconds=1)
            # A little more than meant: MariaDB cuts off what is beyond a microsecond, and a
            # double holds it not quite exactly.
            script.append(f"set @@timestamp = {microseconds // 10**6}.{microseconds % 10**6:06}4;")
        script += changes
    script.append("commit;")
    running.run("\n".join(script))
    turned = {
        datetime.fromisoformat(str(instant)).replace(tzinfo=None)
        for (instant,) in running.run(
            "select distinct row_start from facts for system_time all;", "log"
        )
    }
    if not turned <= {model.recorded(row) for row in log}:
        raise RuntimeError("MariaDB's clock did not stand at the instants of recording")
    ((kept,),) = running.run("select count(*) from facts for system_time all;", "log")
    return int(str(kept))


# The answers, each in the form of the reference model's ------------------------------------------


def mariadb_answers(running: Server) -> Answers:
    """MariaDB's answers on the log replayed into it."""

    def ask(kind: str, day: date, known_at: datetime | None) -> set[tuple]:
        instant = min(known_at or LAST_INSTANT, LAST_INSTANT).isoformat(" ", "microseconds")
        rows = running.run(SQL[kind].format(day=day, known_at=instant), "log")
        day_at = {"statuses": 3, "establishments": 2}.get(kind)
        rank_at = 4 if kind == "outcomes" else None
        return {
            tuple(
                date.fromisoformat(str(field))
                if place == day_at
                else int(str(field))
                if place == rank_at
                else field
                for place, field in enumerate(row)
            )
            for row in rows
        }

    return ask


def model_answers(logs: list[list[Row]]) -> Answers:
    """The reference model's answers on logs without common subjects, one by one."""
    asked = {
        "statuses": model.statuses,
        "outcomes": model.outcomes,
        "establishments": model.establishments,
    }

    def ask(kind: str, day: date, known_at: datetime | None) -> set[tuple]:
        return set().union(*(asked[kind](log, day, known_at or model.FOREVER) for log in logs))

    return ask


def warehouse_answers(connection: duckdb.DuckDBPyConnection) -> Answers:
    """The published macros' answers, on a connection with them in its ``main``."""
    asked = {
        "statuses": "from recommendation_status_as_of(?, ?)",
        "outcomes": "from outcomes_as_of(?, ?)",
        "establishments": "select establishment_id, name, valid_from, event_id"
        " from establishments_as_of(?, ?)",
    }

    def ask(kind: str, day: date, known_at: datetime | None) -> set[tuple]:
        return set(connection.execute(asked[kind], [day, known_at]).fetchall())

    return ask


def disagreements(one: Answers, other: Answers, questions: list[Question]) -> list[str]:
    """Ask two the same questions.

    Returns:
        A line for each question that they answer differently, with the rows that differ.
    """
    lines = []
    for question in questions:
        first, second = one(*question), other(*question)
        if first != second:
            rows = sorted(first ^ second, key=str)
            lines.append(f"{question}: {len(rows)} rows differ, such as {rows[:4]}")
    return lines


# An invented log and questions about it ----------------------------------------------------------


def invented_logs(events: int, seed: int, folder: Path) -> list[list[Row]]:
    """Make accepted logs of a number of events in all, which share instants and nothing else."""
    choose = random.Random(seed)
    pool = []
    for _ in range(200):
        instant = datetime(2021, 1, 1) + timedelta(minutes=choose.randrange(9 * 365 * 24 * 60))
        # Neighbours a microsecond apart, for every bound that is off by one.
        pool += [instant, instant + timedelta(microseconds=1)]
    logs: list[list[Row]] = []
    left = events
    while left:
        instants = [
            instant.isoformat(timespec="microseconds") + "Z" for instant in choose.sample(pool, 9)
        ]
        stream = random_stream(choose, STREAM_SIZE, f"invented-{len(logs)}", instants)
        placed = write_event_files(stream, folder / "stream")
        shutil.rmtree(folder / "stream")
        # Cutting off may leave a row that names what is gone: it would wait.
        log = model.accepted(model.accepted(placed)[:left])
        logs.append(log)
        left -= len(log)
    return logs


def questions_about(logs: list[list[Row]], number: int, seed: int) -> list[Question]:
    """Choose days and instants at, just before and just after what happened and was recorded."""
    choose = random.Random(seed)
    instants = sorted({model.recorded(row) for log in logs for row in log})
    steps = (timedelta(0), timedelta(microseconds=-1), timedelta(microseconds=1), timedelta(days=1))
    asked: list[Question] = []
    for place in range(number):
        day = date.fromisoformat(choose.choice(DAYS)) + timedelta(days=choose.randint(-1, 400))
        # The first third early, where little is known yet, the rest anywhere.
        known = instants[: len(instants) // 3] if place % 3 == 0 else instants
        moment = choose.choice(known) + choose.choice(steps) if place else None
        asked += [(kind, day, moment) for kind in KINDS]
    return asked


def main() -> int:
    """Replay a log into MariaDB, and hold the model and the warehouse to its answers."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=60, help="days and instants to ask about")
    parser.add_argument("--seed", type=int, default=1)
    asked_for = parser.parse_args()
    if reason := missing():
        print(f"Skipped: {reason}.")
        return 0

    from tests.replay import compiled
    from tests.replay import replay as replay_into_warehouse

    with tempfile.TemporaryDirectory() as scratch, server() as running:
        folder = Path(scratch)
        logs = invented_logs(asked_for.events, asked_for.seed, folder)
        log = [row for one in logs for row in one]
        questions = questions_about(logs, asked_for.questions, asked_for.seed)
        started = time.monotonic()
        kept = replay(running, log)
        print(
            f"{len(log)} events recorded at {len({row['recorded_at'] for row in log})} instants:"
            f" {kept} rows of history in MariaDB, replayed in {time.monotonic() - started:.0f} s"
        )
        oracle = mariadb_answers(running)
        write_event_files(log, folder / "events")
        project = compiled()
        failures = 0
        with replay_into_warehouse(project, folder / "events", folder / "work") as connection:
            for name, answers in (
                ("reference model", model_answers(logs)),
                ("warehouse", warehouse_answers(connection)),
            ):
                lines = disagreements(oracle, answers, questions)
                failures += len(lines)
                print(
                    f"{name}: {len(questions) - len(lines)} of {len(questions)} questions"
                    " answered as by MariaDB"
                )
                print("\n".join(lines[:10]), end="\n" if lines else "")
        rows = sum(len(oracle(*question)) for question in questions)
        print(f"{rows} rows in the answers")
    return 1 if failures or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
