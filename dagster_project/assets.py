"""The assets: event files, seeds and models, and the published tables.

Lineage runs from file to table: ``event_files/<type>`` → ``staging`` → ``intermediate`` →
``marts`` → ``published/<table>``. The steps are few: dbt replays the log, the checks judge what it
built, and one step publishes all tables or none.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from dagster_project.checks import CHECK_SPECS, hold_to_suites
from dagster_project.export import companions
from dagster_project.failure import BuildFailure
from dagster_project.gate import (
    check_files_are_unchanged,
    check_there_is_a_log,
    rejected,
    unaccepted_rows,
    write_rejected_rows,
)
from dagster_project.ledger import Ledger
from dagster_project.progress import tell
from dagster_project.project import MANIFEST, dbt_project
from dagster_project.publication import (
    check_log_is_unaltered,
    publish,
    published_tables,
    remove_foreign_wal,
)
from dagster_project.resources import Build
from dagster_project.settings import EVERYTHING, Settings
from expectations import preload
from intake.append import log_lock
from intake.event_types import event_types
from intake.gate import GateError

# Unit tests judge the code, not the data: `make test` runs them, the pipeline does not.
BUILD = ["build", "--exclude", "resource_type:unit_test tag:macro_test"]
REPLAY, CHECK, PUBLISH = "replay", "check", "publish"


@contextmanager
def failing_in_plain_words() -> Iterator[None]:
    """Turn a failure that people can act on into Dagster's, without a traceback."""
    try:
        yield
    except BuildFailure as failure:
        raise dg.Failure(description=str(failure), allow_retries=failure.can_retry) from None


event_files = [
    dg.AssetSpec(
        key=["event_files", event_type.name],
        description=event_type.description,
        group_name="event_files",
        kinds={"csv"},
    )
    for event_type in event_types().values()
]


@dbt_assets(manifest=MANIFEST, project=dbt_project)
def warehouse(
    context: dg.AssetExecutionContext, dbt: DbtCliResource, build: Build
) -> Iterator[Any]:
    """Replay the event log into staging, intermediate and marts."""
    settings = build.settings()
    with failing_in_plain_words():
        ledger = Ledger.start(settings)
        check_there_is_a_log(settings)
        finish_interrupted_append(context, settings)
        _start_afresh(settings)
        os.environ.update(settings.as_environment())
        command = list(BUILD)
        if settings.known_at != EVERYTHING:
            command += ["--vars", json.dumps({"known_at": settings.known_at})]
        total = _node_count()
        tell(REPLAY, 0, total)
        preload()
        invocation = dbt.cli(command, context=context, raise_on_error=False)
        for done, event in enumerate(invocation.stream(), 1):
            tell(REPLAY, min(done, total), total)
            yield event
        rows = unaccepted_rows(settings)
        if rows is not None:
            write_rejected_rows(settings, rows)
            is_rejected = any(row["verdict"] == "rejected" for row in rows)
            if is_rejected and settings.on_rejected != "publish":
                raise rejected(settings, rows)
        _raise_what_failed(invocation)
        check_files_are_unchanged(settings)
        tell(REPLAY, total, total)
        ledger.add_dbt_tests(invocation.get_artifact("run_results.json"))


def finish_interrupted_append(context: dg.AssetExecutionContext, settings: Settings) -> None:
    """Bring the log to one side of an append that was killed, before it is read."""
    try:
        with log_lock(settings.events_dir) as recovered:
            if recovered:
                context.log.warning(recovered)
    except GateError as error:
        raise BuildFailure(str(error), can_retry=True) from error


def _start_afresh(settings: Settings) -> None:
    """Remove what an earlier build, whole or killed, has left."""
    path = settings.build_path
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)


def _node_count() -> int:
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    return sum(
        node["resource_type"] in ("model", "seed", "test") for node in manifest["nodes"].values()
    )


def _raise_what_failed(invocation: Any) -> None:
    """Say which models or tests failed, and how.

    Raises:
        BuildFailure: dbt failed.
    """
    if invocation.is_successful():
        return
    try:
        results = invocation.get_artifact("run_results.json")["results"]
    except (FileNotFoundError, KeyError, ValueError):
        results = []
    details = [
        f"{result['unique_id'].split('.')[2]}: {' '.join((result['message'] or '').split())}"
        for result in results
        if result["status"] in ("error", "fail")
    ]
    error = invocation.get_error()
    if not details and error is not None:
        details = str(error).splitlines()[-5:]
    raise BuildFailure("The log could not be replayed; nothing was published.", details)


@dg.multi_asset_check(specs=CHECK_SPECS, name="checks")
def checks(context: dg.AssetCheckExecutionContext, build: Build) -> Iterator[dg.AssetCheckResult]:
    """Hold the log to what was published, and each built table to its suite."""
    settings = build.settings()
    built_at = datetime.now(UTC).replace(tzinfo=None).isoformat()
    ledger = Ledger.of(settings)
    with failing_in_plain_words():
        if remove_foreign_wal(settings):
            context.log.warning(_tell_of_foreign_wal(settings, ledger))
        unaltered = check_log_is_unaltered(settings)
    ledger.add("published events are unaltered", "passed")
    yield dg.AssetCheckResult(
        passed=True,
        asset_key=["intermediate", "int_log"],
        check_name="published_events_are_unaltered",
        metadata={"published_events": unaltered},
    )
    failures = []
    for result, found in hold_to_suites(settings, built_at, ledger):
        failures += found
        yield result
    with failing_in_plain_words():
        if failures:
            raise BuildFailure(
                "The checks found what cannot be true of a sound log, or could not be made;"
                " nothing was published.",
                failures,
            )


def _tell_of_foreign_wal(settings: Settings, ledger: Ledger) -> str:
    """Say it in the run's log and in the summary of the build."""
    note = (
        f"a write-ahead log of another program lay beside {settings.warehouse_path.name} and was"
        " removed, before readers would replay it: a client has opened the file for writing; let it"
        " connect read-only (docs/connecting.md)"
    )
    ledger.add("the published file is only read", "warned", note)
    return note


_TABLES = published_tables()


@dg.multi_asset(
    name="published",
    specs=[
        dg.AssetSpec(
            key=["published", table.name],
            deps=[["marts", table.name]],
            description=table.description,
            group_name="published",
            kinds={"duckdb"},
        )
        for table in _TABLES
    ]
    + [
        dg.AssetSpec(
            key=["published", "publications"],
            deps=[["marts", table.name] for table in _TABLES],
            description="One row per publication of the file.",
            group_name="published",
            kinds={"duckdb"},
        )
    ],
)
def published(
    context: dg.AssetExecutionContext, build: Build
) -> Iterator[dg.MaterializeResult[Any]]:
    """Publish all tables by one atomic rename, or none."""
    settings = build.settings()
    ledger = Ledger.of(settings)
    with failing_in_plain_words():
        publication = publish(
            settings,
            ledger.passed,
            lambda table, done, of: tell(PUBLISH, done, of, table),
            companions(settings),
        )
    tell(PUBLISH, 1, 1)
    if publication.foreign_wal:
        context.log.warning(_tell_of_foreign_wal(settings, ledger))
    for table, rows in publication.tables.items():
        yield dg.MaterializeResult(
            asset_key=["published", table],
            metadata={
                "dagster/row_count": rows,
                "log_digest": publication.record["log_digest"],
                "published_at": publication.record["published_at"].isoformat(),
            },
        )
