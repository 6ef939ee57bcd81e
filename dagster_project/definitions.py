"""Everything that Dagster knows of. Loads without a warehouse being there."""

import dagster as dg
from dagster_dbt import DbtCliResource

from dagster_project.assets import checks, event_files, published, warehouse
from dagster_project.automation import changed_log, daily
from dagster_project.jobs import publish_warehouse
from dagster_project.project import dbt_executable, dbt_project
from dagster_project.resources import Build

defs = dg.Definitions(
    assets=[*event_files, warehouse, published],
    asset_checks=[checks],
    jobs=[publish_warehouse],
    schedules=[daily],
    sensors=[changed_log],
    resources={
        "build": Build(),
        "dbt": DbtCliResource(project_dir=dbt_project, dbt_executable=dbt_executable()),
    },
)
