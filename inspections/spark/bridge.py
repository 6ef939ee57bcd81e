"""The bridge: DuckDB's build file as views of the tables that Spark wrote."""

import duckdb

from inspections.database import build_limits, parquet_rows
from inspections.settings import Settings
from inspections.spark.build import LANDING, LAYERS, SparkBuild


def bridge(settings: Settings, build: SparkBuild) -> None:
    """Make the build file of views, so that all that follows a replay reads it as any other.

    It has the tables that Spark has written whole.

    Args:
        settings: The build's settings.
        build: The build on Spark.
    """
    limits = build_limits(settings.build_path)
    with duckdb.connect(str(settings.build_path), config=limits) as connection:
        for layer in LAYERS:
            connection.execute(f"create schema if not exists {layer}")
            for files in sorted((build.folder / layer).iterdir()):
                # The mark of a table whose every part is written.
                if layer == LANDING or (files / "_SUCCESS").exists():
                    rows = parquet_rows(str(files))
                    connection.execute(f"create view {layer}.{files.name} as from {rows}")
