"""The jobs: publish, look after the publication, rebuild history, forget old runs."""

from datetime import UTC, timedelta

import dagster as dg

from dagster_project.alerts import notify_failure
from dagster_project.assets import event_files, published, warehouse
from dagster_project.freshness import freshness_checks
from dagster_project.history import warehouse_by_month

_HOOKS = {notify_failure}

publish_warehouse = dg.define_asset_job(
    name="publish_warehouse",
    selection=dg.AssetSelection.assets(event_files, warehouse, published)
    - dg.AssetSelection.checks(*freshness_checks),
    # DuckDB has one writer, and a build is one process.
    executor_def=dg.in_process_executor,
    hooks=_HOOKS,
    description="Replays the log, checks the result, and publishes it. A failure publishes "
    "nothing.",
)

look_after = dg.define_asset_job(
    name="look_after",
    selection=dg.AssetSelection.checks(*freshness_checks),
    executor_def=dg.in_process_executor,
    hooks=_HOOKS,
    description="Checks that the publication keeps up with the log, and the log with the prisons.",
)

rebuild_history = dg.define_asset_job(
    name="rebuild_history",
    selection=dg.AssetSelection.assets(warehouse_by_month),
    executor_def=dg.in_process_executor,
    hooks=_HOOKS,
    description="Builds the warehouse as it was known at a month's end, for any range of months.",
)


def is_queued(instance: dg.DagsterInstance) -> bool:
    """Whether a build waits that will read the log as it is when it starts."""
    waiting = dg.RunsFilter(
        job_name=publish_warehouse.name,
        statuses=[dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED],
    )
    return bool(instance.get_runs(waiting, limit=1))


class Retention(dg.Config):
    """For how long finished runs are kept.

    Attributes:
        days: From how many days after its end on a run is forgotten, with its events and logs.
    """

    days: int = 90


@dg.op
def forget_runs(context: dg.OpExecutionContext, config: Retention) -> None:
    """Forget finished runs, but never one that an asset or a check still shows."""
    instance = context.instance
    record = instance.get_run_record_by_id(context.run_id)
    if record is None:
        raise dg.Failure(
            "The run is not in Dagster's store: run the job with DAGSTER_HOME set.",
            allow_retries=False,
        )
    last = record.create_timestamp.astimezone(UTC) - timedelta(days=config.days)
    shown = {
        event.run_id
        for event in (
            instance.get_latest_materialization_event(key) for key in instance.all_asset_keys()
        )
        if event is not None
    }
    ended = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
    old = instance.get_run_records(dg.RunsFilter(statuses=ended, created_before=last), limit=1000)
    forgotten = 0
    for entry in old:
        run_id = entry.dagster_run.run_id
        if run_id not in shown:
            instance.compute_log_manager.delete_logs(prefix=[run_id])
            instance.delete_run(run_id)
            forgotten += 1
    context.log.info("%s run(s) of before %s are forgotten.", forgotten, last.date().isoformat())


@dg.job(
    executor_def=dg.in_process_executor,
    hooks=_HOOKS,
    description="Deletes old runs, so that Dagster's store stays small.",
)
def forget_old_runs() -> None:
    """Forget old runs."""
    forget_runs()
