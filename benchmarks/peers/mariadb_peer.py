"""MariaDB: system-versioned tables, asked with ``for system_time as of``.

A system-versioned table keeps the states of its rows by itself, but not what a correction or a
retraction means: which version of a statement stands is folded in Python before
(``statement_periods``), as an application would that updates and deletes rows. The history is then
loaded at once with its own instants (``system_versioning_insert_history``), since replaying each
change as an update at a faked clock would take hours. What hangs on what is joined at each
question: the history of a table knows nothing of its neighbours'.

A server of its own runs on a socket in a temporary folder for as long as the handle is open.
"""

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks.peers.event_rows import STATUS_COLUMNS
from benchmarks.peers.statement_periods import statement_periods

FOR_EVER = "2038-01-19 03:14:07.999999"  # what MariaDB writes for an open end
STARTS_WITHIN = 60

TABLE = """
create table {name} (
    event_id varchar(200) not null,
    statement_id varchar(200) not null,
    occurred_on date,
    recorded_at datetime(6) not null,
    establishment_id varchar(200),
    visit_id varchar(200),
    concern_id varchar(200),
    recommendation_id varchar(200),
    status varchar(40),
    row_start timestamp(6) generated always as row start,
    row_end timestamp(6) generated always as row end,
    period for system_time (row_start, row_end)
) with system versioning engine = InnoDB character set ascii collate ascii_bin
"""

STATUSES = """
with

live_establishments as (
    select distinct establishment_id
    from establishments_described for system_time as of timestamp %(known_at)s
),

live_visits as (
    select distinct visit_id
    from visits_held for system_time as of timestamp %(known_at)s
    where establishment_id in (select establishment_id from live_establishments)
),

live_concerns as (
    select distinct concern_id
    from concerns_raised for system_time as of timestamp %(known_at)s
    where visit_id in (select visit_id from live_visits)
),

live_recommendations as (
    select *
    from recommendations_made for system_time as of timestamp %(known_at)s
    where
        visit_id in (select visit_id from live_visits)
        and (concern_id is null or concern_id in (select concern_id from live_concerns))
        and occurred_on <= %(day)s
),

status_events as (
    select recommendation_id, status, event_id, occurred_on, recorded_at
    from live_recommendations
    union all
    select
        responses.recommendation_id,
        responses.status,
        responses.event_id,
        responses.occurred_on,
        responses.recorded_at
    from responses_received for system_time as of timestamp %(known_at)s as responses
    where
        responses.occurred_on <= %(day)s
        and responses.recommendation_id in (select recommendation_id from live_recommendations)
    union all
    select
        judgements.recommendation_id,
        judgements.status,
        judgements.event_id,
        judgements.occurred_on,
        judgements.recorded_at
    from progress_judged for system_time as of timestamp %(known_at)s as judgements
    where
        judgements.occurred_on <= %(day)s
        and judgements.recommendation_id in (select recommendation_id from live_recommendations)
        and judgements.visit_id in (select visit_id from live_visits)
),

ordered as (
    select
        recommendation_id,
        status,
        event_id,
        row_number() over (
            partition by recommendation_id
            order by occurred_on desc, recorded_at desc, event_id desc
        ) as place
    from status_events
)

select recommendation_id, status, event_id from ordered where place = 1
"""


@dataclass
class Server:
    """A server of our own, and the connection to it."""

    process: subprocess.Popen[bytes]
    folder: Path
    connection: Any


def missing() -> str:
    """Why it cannot run."""
    if not _program("mariadbd") or not _program("mariadb-install-db"):
        return "MariaDB is not installed (Debian: apt-get install mariadb-server)"
    if not find_spec("pymysql"):
        return "PyMySQL is not installed (the dev extra has it)"
    return ""


def load(events_dir: Path) -> Server:
    """Start a server and load the history of each statement."""
    folder = Path(tempfile.mkdtemp(prefix="mariadb-"))
    try:
        server = _started(folder)
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    try:
        _load_history(server, events_dir)
    except Exception:
        close(server)
        raise
    return server


def statuses_as_of(handle: Server, day: date, known_at: datetime) -> set[tuple[str, str, str]]:
    """The status of every recommendation on a day, as known at an instant in UTC."""
    with handle.connection.cursor() as cursor:
        cursor.execute(
            STATUSES, {"day": day.isoformat(), "known_at": known_at.isoformat(" ", "microseconds")}
        )
        return set(cursor.fetchall())


def close(handle: Server) -> None:
    """Stop the server and remove its data."""
    handle.connection.close()
    _stop(handle.process)
    shutil.rmtree(handle.folder, ignore_errors=True)


def _program(name: str) -> str | None:
    """Finds server programs in folders that a user's PATH often lacks."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _started(folder: Path) -> Server:
    import pymysql

    # Run by root, a server wants to be told that this is meant.
    user = ["--user=root"] if os.geteuid() == 0 else []
    data = f"--datadir={folder / 'data'}"
    subprocess.run(
        [
            str(_program("mariadb-install-db")),
            "--no-defaults",
            data,
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            *user,
        ],
        check=True,
        capture_output=True,
    )
    socket = folder / "socket"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                str(_program("mariadbd")),
                "--no-defaults",
                data,
                f"--socket={socket}",
                f"--pid-file={folder / 'pid'}",
                "--skip-networking",
                "--secure-file-priv=",
                "--default-time-zone=+00:00",
                "--innodb-buffer-pool-size=1G",
                "--innodb-flush-log-at-trx-commit=0",
                "--tmp-table-size=512M",
                "--max-heap-table-size=512M",
                *user,
            ],
            stdout=log,
            stderr=log,
        )
    until = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            connection = pymysql.connect(unix_socket=str(socket), user="root", autocommit=True)
            return Server(process, folder, connection)
        except pymysql.OperationalError:
            if process.poll() is not None or time.monotonic() > until:
                _stop(process)
                raise RuntimeError((folder / "log").read_text("utf-8", "replace")) from None
            time.sleep(0.05)


def _load_history(server: Server, events_dir: Path) -> None:
    paths = {name: server.folder / f"{name}.tsv" for name in STATUS_COLUMNS}
    streams = {name: path.open("w", encoding="ascii") for name, path in paths.items()}
    for fact, known_from, known_to in statement_periods(events_dir):
        event_id, event_type, *rest = fact
        values = [event_id, *rest, known_from, known_to or FOR_EVER]
        streams[str(event_type)].write(
            "\t".join("\\N" if value is None else value for value in values) + "\n"
        )
    for stream in streams.values():
        stream.close()
    with server.connection.cursor() as cursor:
        cursor.execute("create database log")
        cursor.execute("use log")
        cursor.execute("set system_versioning_insert_history = 1")
        for name, path in paths.items():
            cursor.execute(TABLE.format(name=name))
            cursor.execute(
                f"load data infile '{path}' into table {name} (event_id, statement_id,"
                " occurred_on, recorded_at, establishment_id, visit_id, concern_id,"
                " recommendation_id, status, row_start, row_end)"
            )
            path.unlink()
