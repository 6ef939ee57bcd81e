"""Everything that Dagster knows of. Loads without a warehouse being there."""

import logging

import dagster as dg

from dagster_project.alerts import receiver_faults, runs_that_failed_outside_a_step
from dagster_project.assets import checks, event_files, published, warehouse
from dagster_project.freshness import freshness_checks
from dagster_project.history import warehouse_by_month
from dagster_project.jobs import (
    forget_old_runs,
    look_after,
    publish_warehouse,
    rebuild_history,
)
from dagster_project.resources import Build, Dbt
from dagster_project.schedules import daily, freshness_daily, tidy_weekly
from dagster_project.sensors import changed_log, lost_runs
from inspections.dbt_project import dbt_executable
from inspections.settings import DBT_PROJECT

# At the start already, and not when there is first something to tell.
for fault in receiver_faults():
    logging.getLogger("dagster").warning(fault)

defs = dg.Definitions(
    assets=[event_files, warehouse, published, warehouse_by_month],
    asset_checks=[checks, *freshness_checks],
    jobs=[publish_warehouse, look_after, rebuild_history, forget_old_runs],
    schedules=[daily, freshness_daily, tidy_weekly],
    sensors=[changed_log, lost_runs, runs_that_failed_outside_a_step],
    resources={
        "build": Build(),
        "dbt": Dbt(
            project_dir=str(DBT_PROJECT),
            profiles_dir=str(DBT_PROJECT),
            dbt_executable=dbt_executable(),
        ),
    },
)
