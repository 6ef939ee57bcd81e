"""The assets: event files, seeds and models, and the published tables.

Lineage runs from file to table: ``event_files/<type>`` → ``staging`` → ``intermediate`` →
``marts`` → ``published/<table>``. The steps are few: the files' digests are noted, dbt replays the
log, the checks judge what it built, and one step publishes all tables or none.
"""

import hashlib
import json
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtProject, dbt_assets

import expectations
from dagster_project.alerts import deliver, receiver_faults, warning_text
from dagster_project.checks import (
    AS_CHECKED,
    CHECK_SPECS,
    hold_to_suites,
    results_of_published,
)
from dagster_project.code_versions import code_versions, with_code_versions
from dagster_project.resources import Build, Dbt, environment_of_dbt
from inspections.database import attached, remove_spills
from inspections.dbt_project import manifest
from inspections.errors import (
    ActionableError,
    BuildFailure,
    first_words,
    raise_if_interrupted,
    sentence_of,
)
from inspections.log.adding.journal import JournalError, log_lock
from inspections.log.declaration import event_types
from inspections.log.doubts import doubts_of, shortened
from inspections.log.files.digests import (
    DOCUMENTS,
    NOTES,
    data_versions,
    digest_of_files_read,
    event_file_digests,
)
from inspections.log.files.known_departures import read_known_departures
from inspections.log.verdicts import (
    check_files_are_unchanged,
    check_there_is_a_log,
    rejected,
    unaccepted_rows,
    write_rejected_rows,
)
from inspections.progress import tell
from inspections.publication.check_results import Ledger
from inspections.publication.guard import check_log_is_unaltered
from inspections.publication.macros import MACROS
from inspections.publication.publish import publish
from inspections.publication.published_file import remove_foreign_wal
from inspections.publication.tables import published_tables
from inspections.settings import DBT_PROJECT, EVERYTHING, OperatingSettings, Settings

# Unit tests judge the code, not the data: `make test` runs them, the pipeline does not.
# What dbt ran lies in its target folder; each statement in its log as well took a second.
BUILD = [
    "build",
    "--exclude",
    "resource_type:unit_test tag:macro_test",
    "--log-level-file",
    "info",
]
REPLAY, CHECK, PUBLISH = "replay", "check", "publish"


# How often, and after how many seconds at first, a step is tried again that met a lock.
RETRIES = 3
RETRY_SECONDS = OperatingSettings.from_environment().retry_seconds


@contextmanager
def failing_in_plain_words(
    context: dg.OpExecutionContext | dg.AssetExecutionContext | dg.AssetCheckExecutionContext,
) -> Iterator[None]:
    """Turn a failure that people can act on into Dagster's, without a traceback.

    A lock is waited for and the step tried again, each time after three times as long. A rejected
    row is not: nothing but an edit mends it. Nor is anything in a run that a person waits for at a
    terminal, whose instance of Dagster goes with it.
    """
    try:
        yield
    except Exception as error:
        raise_if_interrupted(error)
        words = sentence_of(error)
        if words is None:
            raise
        op_context = getattr(context, "op_execution_context", context)
        tried = op_context.retry_number
        can_retry = isinstance(error, ActionableError) and error.can_retry
        if can_retry and tried < RETRIES and not op_context.instance.is_ephemeral:
            raise dg.RetryRequested(
                max_retries=RETRIES, seconds_to_wait=RETRY_SECONDS * 3**tried
            ) from error
        raise dg.Failure(description=words, allow_retries=False) from None


_OWNERS = ["team:warehouse"]
# dbt puts these two lines above the sentence of the plugin that reads the files.
_FROM_THE_READER = ("Database Error", "Runtime Error")

with warnings.catch_warnings():
    # The step is of Dagster's beta interface, which is nothing that an operator can act on.
    warnings.simplefilter("ignore", dg.BetaWarning)

    @dg.multi_observable_source_asset(  # type: ignore[untyped-decorator]
        name="event_files",
        specs=[
            dg.AssetSpec(
                key=key.split("/"),
                description=description,
                group_name="event_files",
                owners=_OWNERS,
                kinds={"csv"},
            )
            for key, description in (
                *(
                    (f"event_files/{event_type.name}", event_type.description)
                    for event_type in event_types().values()
                ),
                *(
                    (key, "Tables that the reader makes besides the events.")
                    for key in DOCUMENTS + NOTES
                ),
            )
        ],
    )
    def event_files(context: dg.OpExecutionContext, build: Build) -> Iterator[dg.ObserveResult]:
        """Note the digest of each type's files: what was made of other content is stale."""
        with failing_in_plain_words(context):
            settings = build.settings()
            files = event_file_digests(settings)
            versions = data_versions(settings)
        for key, version in versions.items():
            own = [file for file in files if file.split(".")[0] == key.split("/")[1]]
            yield dg.ObserveResult(
                asset_key=key.split("/"),
                data_version=dg.DataVersion(version),
                metadata={"files": ", ".join(own) or "none", "digest": version},
            )


dbt_project = DbtProject(project_dir=DBT_PROJECT, profiles_dir=DBT_PROJECT)


@dbt_assets(manifest=manifest(), project=dbt_project)
def warehouse(context: dg.AssetExecutionContext, dbt: Dbt, build: Build) -> Iterator[Any]:
    """Replay the event log into staging, intermediate and marts."""
    with failing_in_plain_words(context):
        settings = build.hold(context.log.info)
        ledger = Ledger.start(settings)
        # Read first, so that a faulty line stops the build before the replay.
        read_known_departures(settings.seeds_dir)
        finish_interrupted_append(context, settings)
        for note in check_there_is_a_log(settings):
            context.log.warning(note)
            ledger.add("every file of the log is read", "warned", note)
        for note in receiver_faults():
            context.log.warning(note)
            ledger.add("an alert reaches its receivers", "warned", note)
        _start_afresh(settings)
        environment = settings.as_environment()
        command = list(BUILD)
        on_spark = None
        if settings.engine == "spark":
            from inspections.spark.build import start

            on_spark = start(settings)
            context.log.info(f"The files are landed; {on_spark.name} is built by Spark.")
            environment["SCHEMA_PREFIX"] = on_spark.schema_prefix
            command += ["--target", "spark"]
        if settings.known_at != EVERYTHING:
            command += ["--vars", json.dumps({"known_at": settings.known_at})]
        total = _node_count()
        tell(REPLAY, 0, total)
        expectations.preload()
        if settings.site is not False:
            from inspections import pages

            pages.preload()
        # dagster-dbt starts dbt with this process's environment.
        with environment_of_dbt(environment):
            invocation = dbt.cli(
                command,
                context=context,
                raise_on_error=False,
                # One folder for all runs: left to itself, dagster-dbt keeps one of each.
                target_path=settings.dbt_target_path,
            )
        with _watched(settings, invocation):
            for done, event in enumerate(invocation.stream(), 1):
                tell(REPLAY, min(done, total), total)
                yield event
        failure = _what_failed(invocation)
        try:
            if on_spark:
                from inspections.spark.bridge import bridge

                bridge(settings, on_spark)
            rows = unaccepted_rows(settings)
        except (duckdb.Error, OSError) as error:
            # What a failed replay left may be broken for its own reason, which is the one to tell.
            if failure:
                raise failure from error
            raise
        if rows is not None:
            write_rejected_rows(settings, rows)
            is_rejected = any(row["verdict"] == "rejected" for row in rows)
            if is_rejected and settings.on_rejected != "publish":
                raise rejected(settings, rows)
        if failure:
            raise failure
        check_files_are_unchanged(settings)
        with attached(settings.build_path, "build") as connection:
            notes = doubts_of(connection)
        for check in dict.fromkeys(note.check for note in notes):
            for words in shortened([note.words for note in notes if note.check == check]):
                context.log.warning(words)
                ledger.add(check, "warned", words)
        tell(REPLAY, total, total)
        ledger.add_dbt_tests(invocation.get_artifact("run_results.json"))


_VERSIONS = code_versions(manifest())
warehouse = with_code_versions(warehouse, _VERSIONS)


@contextmanager
def _watched(settings: Settings, invocation: Any) -> Iterator[None]:
    """End dbt when the server that it builds on has gone.

    Raises:
        BuildFailure: It has.
    """
    if settings.engine == "duckdb":
        yield
        return
    from inspections.spark.server import has_gone, watched

    with watched(settings.spark_remote, invocation.process.terminate) as gone:
        yield
    if gone.is_set():
        raise has_gone(settings.spark_remote)


def finish_interrupted_append(context: dg.AssetExecutionContext, settings: Settings) -> None:
    """Bring the log to one side of an append that was killed, before it is read."""
    if not settings.events_dir.is_dir():
        return
    try:
        with log_lock(settings.events_dir) as recovered:
            if recovered:
                context.log.warning(recovered)
    except JournalError as error:
        error.can_retry = True
        raise


def _start_afresh(settings: Settings) -> None:
    """Remove what an earlier build, whole or killed, has left."""
    path = settings.build_path
    path.parent.mkdir(parents=True, exist_ok=True)
    for leftover in (path, path.with_name(path.name + ".wal")):
        leftover.unlink(missing_ok=True)
    remove_spills(path)
    shutil.rmtree(settings.dbt_target_path, ignore_errors=True)


def _node_count() -> int:
    return sum(
        node["resource_type"] in ("model", "seed", "test") for node in manifest()["nodes"].values()
    )


def _what_failed(invocation: Any) -> BuildFailure | None:
    """The failure that says which models or tests failed, and how; None where none did."""
    if invocation.is_successful():
        return None
    try:
        results = invocation.get_artifact("run_results.json")["results"]
    except (FileNotFoundError, KeyError, ValueError):
        results = []
    details = [
        f"{result['unique_id'].split('.')[2]}: {first_words(result['message'] or '')}"
        for result in results
        if result["status"] in ("error", "fail")
    ]
    error = invocation.get_error()
    if not details and error is not None:
        lines = str(error).splitlines()
        told = [line.strip() for line in lines]
        for place, pair in enumerate(pairwise(told)):
            if pair == _FROM_THE_READER:
                return BuildFailure(" ".join(told[place + 2 :]))
        details = lines[-5:]
    return BuildFailure(
        "The log could not be replayed; nothing was published.", details, code="replay-failed"
    )


@dg.multi_asset_check(specs=CHECK_SPECS, name="checks")
def checks(context: dg.AssetCheckExecutionContext, build: Build) -> Iterator[dg.AssetCheckResult]:
    """Verify the log against the last publication, and hold each built table to its suite."""
    built_at = datetime.now(UTC).replace(tzinfo=None).isoformat()
    with failing_in_plain_words(context):
        settings = build.hold(context.log.info)
        ledger = Ledger.of(settings)
        if remove_foreign_wal(settings.warehouse_path):
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
    with failing_in_plain_words(context):
        for result, found in hold_to_suites(settings, built_at, ledger):
            failures += found
            yield result
        for entry in ledger.stale:
            context.log.info(entry["note"])
        if failures:
            raise BuildFailure(
                "Checks failed; nothing was published. Fix the rows named below.",
                failures,
                code="failed-checks",
            )


def _tell_of_foreign_wal(settings: Settings, ledger: Ledger) -> str:
    """Say it in the run's log and in the summary of the build."""
    note = (
        f"a write-ahead log of another program was beside {settings.warehouse_path.name} and was"
        " removed before readers could replay it: a client has opened the file for writing; let it"
        " connect read-only (docs/connecting.md)"
    )
    ledger.add("the published file is read-only", "warned", note)
    return note


_TABLES = published_tables()


def _published_version(marts: list[str]) -> str:
    """The code version of a published table: that of its marts, and of what writes the file."""
    digest = hashlib.sha256()
    for file in sorted(MACROS.parent.glob("*.[ps][yq]*")):
        digest.update(file.read_bytes())
    for name in marts:
        digest.update(_VERSIONS[f"model.inspections.{name}"].encode())
    return digest.hexdigest()[:16]


def _marts_of(settings: Settings) -> Path | None:
    """The folder of the marts that Spark wrote, where the publication is to be views of them."""
    if settings.publish != "views":
        return None
    from inspections.spark.build import SparkBuild

    build = SparkBuild.of(settings)
    return build.folder / "marts" if build else None


@dg.multi_asset(
    name="published",
    specs=[
        dg.AssetSpec(
            key=["published", name],
            deps=[["marts", mart] for mart in marts],
            description=description,
            group_name="published",
            owners=_OWNERS,
            kinds={"duckdb"},
            code_version=_published_version(marts),
        )
        for name, description, marts in (
            *((table.name, table.description, [table.name]) for table in _TABLES),
            (
                "publications",
                "One row per publication of the file.",
                [table.name for table in _TABLES],
            ),
        )
    ],
    check_specs=[
        dg.AssetCheckSpec(
            name=AS_CHECKED,
            asset=["published", table.name],
            description="The rules of its suite, as they were asked before it was published.",
        )
        for table in _TABLES
    ],
)
def published(
    context: dg.AssetExecutionContext, build: Build
) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Publish all tables by one atomic rename, or none."""

    def report(table: str, done: int, of: int) -> None:
        tell(PUBLISH, done, of, table)

    with failing_in_plain_words(context):
        settings = build.hold(context.log.info)
        ledger = Ledger.of(settings)
        files_read = digest_of_files_read(settings)
        publication = publish(
            settings, ledger.passed, report, marts=_marts_of(settings), departures=ledger.departures
        )
    tell(PUBLISH, 1, 1)
    if publication.foreign_wal:
        context.log.warning(_tell_of_foreign_wal(settings, ledger))
    for note in publication.notes:
        ledger.add("the publication is whole", "warned", note)
        context.log.warning(note)
    if publication.notes:
        deliver(warning_text(context.run_id, publication.notes), context.log.warning)
    of_the_publication = {
        "log_digest": publication.record["log_digest"],
        "publication_id": f"{publication.record['published_at'].isoformat()}Z",
        "event_files_digest": files_read,
        "file_bytes": publication.file_bytes,
        "engine": settings.engine,
    }
    for table, rows in publication.tables.items():
        metadata: dict[str, Any] = {"dagster/row_count": rows, **of_the_publication}
        if table in publication.previews:
            metadata["preview"] = dg.MetadataValue.md(publication.previews[table])
        if table in publication.changed:
            metadata["rows_added"], metadata["rows_removed"] = publication.changed[table]
        if table in publication.seconds:
            metadata["seconds"] = publication.seconds[table]
        yield dg.MaterializeResult(asset_key=["published", table], metadata=metadata)
    yield from results_of_published(ledger, [table.name for table in _TABLES])
