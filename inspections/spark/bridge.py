"""The bridge: DuckDB's build file as views of the tables that Spark wrote."""

import re

import duckdb

from inspections.database import build_limits, literal
from inspections.settings import Settings
from inspections.spark.build import LANDING, LAYERS, SparkBuild

# What DuckDB takes for a pattern in a path, unless it stands in brackets.
_PATTERN = re.compile(r"[*?\[{]")


def bridge(settings: Settings, build: SparkBuild) -> list[str]:
    """Make the build file of views, so that all that follows a replay reads it as any other.

    Args:
        settings: The build's settings.
        build: The build on Spark.

    Returns:
        The tables that the build has, as ``layer.table``: those that Spark has written whole.
    """
    made = []
    limits = build_limits(settings.build_path)
    with duckdb.connect(str(settings.build_path), config=limits) as connection:
        for layer in LAYERS:
            connection.execute(f"create schema if not exists {layer}")
            for files in sorted((build.folder / layer).iterdir()):
                # The mark of a table whose every part is written.
                if layer == LANDING or (files / "_SUCCESS").exists():
                    connection.execute(
                        f"create view {layer}.{files.name} as select * from {rows_of(str(files))}"
                    )
                    made.append(f"{layer}.{files.name}")
    return made


def rows_of(folder: str) -> str:
    """The rows of a folder of Parquet files, as DuckDB's SQL reads them."""
    place = _PATTERN.sub(lambda character: f"[{character[0]}]", folder)
    return f"read_parquet({literal(place + '/*.parquet')}, hive_partitioning=false)"
