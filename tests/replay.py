"""The models' own SQL, run without dbt's start-up: half a second a log.

dbt compiles the project once a session. Each replay runs what it compiled, in its order, in a
DuckDB in memory, and then creates the published macros over it. Nothing is rewritten but what a
caller asks for: the instant that is known, or a mutation under test.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from inspections.log.documents import load_documents
from inspections.log.event_files import load_event_files
from inspections.publication.macros import published_macros
from inspections.settings import DBT_PROJECT, PROJECT

# Later than any event, and named: a caller's instant is put in its place.
LATEST = "9999-12-31T00:00:00Z"
KNOWN_AT = f"cast('{LATEST}' as timestamp)"


@dataclass(frozen=True)
class Model:
    """One model as dbt compiled it."""

    name: str
    schema: str
    materialized: str
    sql: str


@dataclass(frozen=True)
class Compiled:
    """The project as dbt compiled it: seeds and models in the order of their building."""

    models: tuple[Model, ...]
    columns: dict[str, dict[str, str]]

    @property
    def names(self) -> list[str]:
        return [model.name for model in self.models]


@cache
def compiled(target: Path) -> Compiled:
    """Compile the project into a folder, once."""
    # The seeds first: what they list is written into the models' SQL.
    for command in ("seed", "compile"):
        subprocess.run(
            [
                str(Path(sys.executable).with_name("dbt")),
                "--quiet",
                command,
                "--target-path",
                str(target),
                "--vars",
                json.dumps({"known_at": LATEST}),
            ],
            cwd=DBT_PROJECT,
            env={**os.environ, "BUILD_PATH": str(target / "build.duckdb")},
            check=True,
        )
    manifest = json.loads((target / "manifest.json").read_text("utf-8"))
    models = {
        key: node for key, node in manifest["nodes"].items() if node["resource_type"] == "model"
    }
    parents = {
        key: [parent for parent in node["depends_on"]["nodes"] if parent in models]
        for key, node in models.items()
    }
    ordered = [models[key] for key in TopologicalSorter(parents).static_order()]
    seeds = {
        node["name"]: node["config"]["column_types"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "seed"
    }
    return Compiled(
        tuple(
            Model(
                node["name"],
                node["schema"],
                node["config"]["materialized"],
                node["compiled_code"],
            )
            for node in ordered
        ),
        seeds,
    )


def replay(
    project: Compiled,
    events_dir: Path,
    work_dir: Path,
    known_at: str | None = None,
    mutate: Callable[[str, str], str] = lambda name, sql: sql,
    threads: int = 2,
    direct_from_bytes: int = 8 * 2**20,
) -> duckdb.DuckDBPyConnection:
    """Replay a folder of event files.

    Args:
        project: The compiled project.
        events_dir: The folder of event files.
        work_dir: A folder for the reader's own files.
        known_at: The instant whose knowledge is built; everything without one.
        mutate: Given a model's or ``macros``' name and SQL, returns the SQL to run instead.
        threads: DuckDB's threads.
        direct_from_bytes: From which size on a file is read in place.

    Returns:
        A connection with the built schemas and, in ``main``, the marts and macros as published.
    """
    connection = duckdb.connect()
    connection.execute(f"set threads = {threads}")
    connection.execute("attach ':memory:' as build")
    connection.execute("use build")
    load_event_files(connection, events_dir, work_dir, direct_from_bytes)
    load_documents(connection, events_dir, PROJECT / "seeds", PROJECT / "reports")
    for schema in ("reference", "staging", "intermediate", "marts"):
        connection.execute(f"create schema {schema}")
    for name, types in project.columns.items():
        if not types:
            continue
        columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
        path = str(PROJECT / "seeds" / f"{name}.csv").replace("'", "''")
        connection.execute(
            f"create table reference.{name} as from read_csv('{path}', header=true,"
            f" columns={{{columns}}})"
        )
    for model in project.models:
        sql = mutate(model.name, model.sql)
        if known_at is not None:
            sql = sql.replace(KNOWN_AT, f"cast('{known_at}' as timestamp)")
        kind = "view" if model.materialized == "view" else "table"
        connection.execute(f"create {kind} {model.schema}.{model.name} as {sql}")
    connection.execute("create schema if not exists main")
    for model in project.models:
        if model.schema == "marts":
            connection.execute(f"create table main.{model.name} as from marts.{model.name}")
    for statement in duckdb.extract_statements(mutate("macros", published_macros())):
        connection.execute(statement.query)
    return connection
