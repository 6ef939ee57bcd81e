"""The one job: log → warehouse → checks → publication."""

import dagster as dg

publish_warehouse = dg.define_asset_job(
    name="publish_warehouse",
    selection=dg.AssetSelection.all(),
    # DuckDB has one writer, and a build is one process.
    executor_def=dg.in_process_executor,
    description="Replays the log, checks what it gives, and publishes it, or nothing.",
)
