"""When runs start, or end, because of what is seen: the log changed, or a run's process is gone.

The sensor of the log is on with ``SENSOR=on``; without it it is off until somebody switches it on
in Dagster's page, whose switches have the last word.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.jobs import is_queued, publish_warehouse
from inspections.errors import with_code
from inspections.log.files.digests import content, data_versions, together
from inspections.settings import OperatingSettings, Settings


@dg.sensor(
    job=publish_warehouse,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING
    if OperatingSettings.from_environment().sensor
    else dg.DefaultSensorStatus.STOPPED,
)
def changed_log(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Starts one build when the content of the log, the documents or the models is another.

    A build is asked for when two evaluations in a row see the same content, so that ten files that
    arrive one after another start one. A content that was asked for is not asked for again: one
    that failed is tried again when it changes, or by the schedule. The cursor is JSON:
    ``asked`` is the content that a build was asked for, ``seen`` that of the last evaluation, each
    by its three digests, and ``requests`` counts the builds.
    """
    cursor = _read(context.cursor)
    now = content(Settings.from_environment())
    if now == cursor["asked"]:
        if cursor["seen"] != now:
            context.update_cursor(json.dumps({**cursor, "seen": now}))
        return dg.SkipReason("A build for this content has already been requested.")
    changed = ", ".join(name for name in now if now[name] != cursor["asked"].get(name))
    if now != cursor["seen"]:
        return dg.SensorResult(
            skip_reason=f"Changed: {changed}. Waiting for two equal evaluations.",
            cursor=json.dumps({**cursor, "seen": now}),
            # Dagster's page shows from now on what was made of other content.
            asset_events=_observed(),
        )
    if is_queued(context.instance):
        return dg.SkipReason("A build is queued; it will read the log as it is when it starts.")
    requests = cursor["requests"] + 1
    return dg.SensorResult(
        # Counted, or a content that comes back after another would not be built.
        run_requests=[dg.RunRequest(run_key=f"{requests} {together(now)[:12]}")],
        cursor=json.dumps({"asked": now, "seen": now, "requests": requests}),
    )


def _read(cursor: str | None) -> dict[str, Any]:
    """The cursor, whose parts are taken only where they are of their type: people edit it."""
    try:
        read = json.loads(cursor or "{}")
    except ValueError:
        read = {}
    read = read if isinstance(read, dict) else {}
    known: dict[str, Any] = {"asked": {}, "seen": {}, "requests": 0}
    return {
        name: read[name] if type(read.get(name)) is type(empty) else empty
        for name, empty in known.items()
    }


def _observed() -> list[dg.AssetObservation]:
    return [
        dg.AssetObservation(
            asset_key=name.split("/"),
            tags={"dagster/data_version": version},
            metadata={"digest": version},
        )
        for name, version in data_versions(Settings.from_environment()).items()
    ]


@dg.sensor(minimum_interval_seconds=60, default_status=dg.DefaultSensorStatus.RUNNING)
def lost_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Ends runs whose process is gone.

    After a power cut nothing else would, and a lost run would hold up all later ones.
    """
    lost = []
    for record in context.instance.get_run_records(
        dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING])
    ):
        run = record.dagster_run
        events = context.instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ENGINE_EVENT)
        processes = [
            (int(str(entry.value)), event.timestamp)
            for event in events
            if event.dagster_event is not None
            for name, entry in event.dagster_event.engine_event_data.metadata.items()
            if name == "pid"
        ]
        if processes and not _is_alive(*processes[-1]):
            context.instance.report_run_failed(
                run,
                with_code(
                    "The run's process is gone: it was killed, or the machine was restarted.",
                    "lost-run",
                ),
            )
            lost.append(run.run_id.split("-")[0])
    return dg.SkipReason(f"Ended {', '.join(lost)}." if lost else "Every run has its process.")


def _is_alive(process: int, noted_at: float) -> bool:
    """Whether the process that was running at an instant still runs, and no later namesake."""
    try:
        started = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        uptime = float(Path("/proc/uptime").read_text().split()[0])
    except OSError:
        return False
    age = uptime - int(started) / os.sysconf("SC_CLK_TCK")
    began_at = datetime.now(UTC).timestamp() - age
    # Clocks are set: a minute says nothing.
    return state != "Z" and began_at <= noted_at + 60
