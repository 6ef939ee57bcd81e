"""When a build starts by itself: daily, and when the content of the log has changed."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from dagster_project.jobs import publish_warehouse
from dagster_project.project import project_digest
from dagster_project.settings import Settings

daily = dg.ScheduleDefinition(
    name="daily",
    job=publish_warehouse,
    cron_schedule="30 5 * * *",
    execution_timezone="Europe/London",
    description="Publishes every morning, so that what arrived late is in by the working day.",
)


def content_digest(settings: Settings) -> str:
    """A digest of what a build depends on: event files, documents, seeds, models and macros.

    It says nothing of modification times, so that touching a file changes nothing.
    """
    digest = hashlib.sha256(project_digest().encode())
    files: list[Path] = []
    if settings.events_dir.is_dir():
        files += settings.events_dir.glob("*.csv")
    files += settings.seeds_dir.glob("*.csv")
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0")
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


@dg.sensor(job=publish_warehouse, minimum_interval_seconds=30)
def changed_log(
    context: dg.SensorEvaluationContext,
) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """Starts one build when the content of the log, the seeds or the models has changed.

    The cursor is the digest of the content that a build was last asked for. A content that failed
    is not tried again until it changes.
    """
    digest = content_digest(Settings.from_environment())
    if digest == context.cursor:
        yield dg.SkipReason("The content has not changed.")
        return
    context.update_cursor(digest)
    yield dg.RunRequest(run_key=digest)
