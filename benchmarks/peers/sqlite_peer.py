"""sqlite: the log in two tables, the rules of time in one statement, computed at each question.

The csv module of Python reads the files, since sqlite's library has no reader; all else is SQL.
"""

import sqlite3
from datetime import date, datetime
from pathlib import Path

from benchmarks.peers.event_rows import facts, lifts

SCHEMA = """
create table events (
    event_id text primary key,
    event_type text,
    statement_id text,
    occurred_on text,
    recorded_at text,
    establishment_id text,
    visit_id text,
    concern_id text,
    recommendation_id text,
    status text
) without rowid;
create table lifts (event_id text, target_id text, is_retraction integer, recorded_at text);
"""

LIVE = """
with

last_lifts as (
    select
        target_id,
        is_retraction,
        row_number() over (
            partition by target_id order by recorded_at desc, event_id desc
        ) as place
    from lifts
    where recorded_at <= :known_at
),

taken_back as materialized (
    select target_id from last_lifts where place = 1 and is_retraction
),

standing as (
    select
        versions.*,
        row_number() over (
            partition by versions.statement_id
            order by versions.recorded_at desc, versions.event_id desc
        ) as place
    from events as versions
    inner join events as originals on versions.statement_id = originals.event_id
    where
        versions.recorded_at <= :known_at
        and originals.recorded_at <= :known_at
        and versions.event_id not in (select target_id from taken_back)
        and versions.statement_id not in (select target_id from taken_back)
),

current_versions as materialized (
    select * from standing where place = 1
),

live_establishments as materialized (
    select distinct establishment_id
    from current_versions
    where event_type = 'establishments_described'
),

live_visits as materialized (
    select visit_id
    from current_versions
    where
        event_type = 'visits_held'
        and establishment_id in (select establishment_id from live_establishments)
),

live_concerns as materialized (
    select concern_id
    from current_versions
    where event_type = 'concerns_raised' and visit_id in (select visit_id from live_visits)
),

live_recommendations as materialized (
    select *
    from current_versions
    where
        event_type = 'recommendations_made'
        and visit_id in (select visit_id from live_visits)
        and (concern_id is null or concern_id in (select concern_id from live_concerns))
),

status_events as (
    select * from live_recommendations
    union all
    select *
    from current_versions
    where
        event_type in ('responses_received', 'progress_judged')
        and recommendation_id in (select recommendation_id from live_recommendations)
        and (visit_id is null or visit_id in (select visit_id from live_visits))
)
"""

STATUSES = f"""
{LIVE},

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
    where
        occurred_on <= :day
        and recommendation_id in (
            select recommendation_id from live_recommendations where occurred_on <= :day
        )
)

select recommendation_id, status, event_id from ordered where place = 1
"""


def missing() -> str:
    """Nothing: it is part of Python."""
    return ""


def load(events_dir: Path) -> sqlite3.Connection:
    """Read the log into a database in memory."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA)
    connection.executemany(f"insert into events values ({','.join('?' * 10)})", facts(events_dir))
    connection.executemany("insert into lifts values (?, ?, ?, ?)", lifts(events_dir))
    connection.commit()
    return connection


def statuses_as_of(
    handle: sqlite3.Connection, day: date, known_at: datetime
) -> set[tuple[str, str, str]]:
    """The status of every recommendation on a day, as known at an instant in UTC."""
    return set(handle.execute(STATUSES, {"day": day.isoformat(), "known_at": known_at.isoformat()}))


def close(handle: sqlite3.Connection) -> None:
    """Let go of the database."""
    handle.close()
