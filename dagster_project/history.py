"""The warehouse as it was known at each month's end, one file per month.

A month is built by the same job as the publication, in a process of its own. It can be resumed: a
month whose file shows the log and the models as they are is skipped.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb

from inspections.database import attached, connect, last_record, literal
from inspections.dbt_project import project_digest
from inspections.errors import ActionableError
from inspections.log.declaration import event_types
from inspections.log.files.event_files import load_event_files
from inspections.processes import SAFE_PATH
from inspections.settings import OperatingSettings, Settings

# From that of the log's first record to the present one, which shows what is known so far.
months = dg.MonthlyPartitionsDefinition(
    start_date=OperatingSettings.from_environment().history_from, fmt="%Y-%m", end_offset=1
)


def last_instant(month: str) -> str:
    """The last instant of a month in UTC, as ``--known-at`` takes it."""
    first = datetime.strptime(month, "%Y-%m")
    following = (first + timedelta(days=31)).replace(day=1)
    return (following - timedelta(microseconds=1)).isoformat()


def log_as_recorded(settings: Settings, known_at: str) -> tuple[int, str]:
    """The rows that had been recorded by an instant, and a digest of what they say.

    Args:
        settings: Where the log lies.
        known_at: The instant, ISO 8601 in UTC without an offset.

    Returns:
        The count and the digest: the same in any order of rows and files, another when any row or
        any model differs. A row whose instant cannot be read counts: the gate has to see it.

    Raises:
        EventFolderError: There is no log to read.
    """
    types = sorted(event_types())
    with connect(settings.build_path) as connection, tempfile.TemporaryDirectory() as scratch:
        load_event_files(connection, settings.events_dir, Path(scratch) / "files")
        found = [
            connection.execute(
                f"""
                select count(*), sum(md5_number_lower(row_text)), sum(md5_number_upper(row_text))
                from (
                    select to_json(rows)::varchar as row_text
                    from (select * exclude (file_name, line_number) from event_files.{name}) as rows
                    where coalesce(
                        try_cast(recorded_at as timestamptz)
                            <= timezone('UTC', cast({literal(known_at)} as timestamp)),
                        true
                    )
                )
                """
            ).fetchone()
            or (0, None, None)
            for name in types
        ]
    said = json.dumps(
        [project_digest(settings.seeds_dir), [[str(value) for value in row] for row in found]]
    )
    return sum(row[0] for row in found), hashlib.sha256(said.encode()).hexdigest()


@dg.asset(
    key=["history", "warehouse_by_month"],
    partitions_def=months,
    group_name="history",
    owners=["team:warehouse"],
    kinds={"duckdb"},
    description="The warehouse as it was known at a month's end: data/history/<month>.duckdb.",
)
def warehouse_by_month(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """Build one month, unless its file shows the log as it is."""
    settings = Settings.from_environment()
    month = context.partition_key
    file = settings.data_dir / "history" / f"{month}.duckdb"
    known_at = last_instant(month)
    try:
        rows, digest = log_as_recorded(settings, known_at)
    except ActionableError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    metadata: dict[str, Any] = {"known_at": f"{known_at}Z", "rows_recorded": rows, "digest": digest}
    if not rows:
        context.log.info("Nothing had been recorded by the end of %s.", month)
        return dg.MaterializeResult(metadata={**metadata, "did": "nothing: no row was recorded"})
    noted = file.with_suffix(".json")
    if _shows(file, noted, digest):
        context.log.info("%s matches the log already: skipped.", file.name)
        return dg.MaterializeResult(metadata={**metadata, "did": "skipped"})
    noted.unlink(missing_ok=True)
    _build(context, file, known_at)
    noted.write_text(
        json.dumps({"digest": digest, "log_digest": _log_digest(file)}), encoding="utf-8"
    )
    return dg.MaterializeResult(
        metadata={**metadata, "did": "built", "bytes": file.stat().st_size},
    )


def _shows(file: Path, noted: Path, digest: str) -> bool:
    try:
        note = json.loads(noted.read_text("utf-8"))
        return bool(note["digest"] == digest and note["log_digest"] == _log_digest(file))
    except (OSError, ValueError, KeyError, duckdb.Error):
        return False


def _log_digest(file: Path) -> str:
    with attached(file, "month") as connection:
        return str(last_record(connection)["log_digest"])


def _build(context: dg.AssetExecutionContext, file: Path, known_at: str) -> None:
    # What this run tells of, the build in its process need not tell again.
    unsaid = {"ALERT_COMMAND", "ALERT_WEBHOOK", "ALERT_URLS", "KNOWN_AT"}
    environment = {name: value for name, value in os.environ.items() if name not in unsaid}
    result = subprocess.run(
        [
            str(Path(sys.executable).with_name("inspections")),
            "build",
            "--known-at",
            f"{known_at}Z",
            "--warehouse",
            str(file),
        ],
        env={**environment, "EXPORT": "no", **SAFE_PATH},
        capture_output=True,
        text=True,
        check=False,
    )
    context.log.info(result.stdout)
    if result.returncode:
        raise dg.Failure(result.stdout.strip() or result.stderr.strip(), allow_retries=False)
    for leftover in (file.parent / f"{file.stem}.build").glob("build.duckdb"):
        leftover.unlink()
