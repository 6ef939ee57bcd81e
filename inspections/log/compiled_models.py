"""The project's models as dbt compiled them: SQL that DuckDB runs without dbt's own start.

A dbt process takes eight seconds before it runs the first of a small log's models, and `append`
waits for it. Compiled once, the same SQL answers in one. It is kept with the digest of all that it
was made of, and made anew where that is another: stale SQL is never run.
"""

import json
import math
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import literal
from inspections.dbt_project import MANIFEST, prepare_manifest, project_digest, run_dbt
from inspections.errors import BuildFailure
from inspections.files import exclusive_lock
from inspections.log.declaration import event_types
from inspections.settings import PROJECT


@dataclass(frozen=True)
class Model:
    """One model as dbt compiled it.

    Attributes:
        name: Its name.
        schema: Its layer.
        is_view: Whether it is a view; else a table.
        sql: What it selects, in the catalog ``build``.
        parents: The models that it reads.
    """

    name: str
    schema: str
    is_view: bool
    sql: str
    parents: tuple[str, ...]


@dataclass(frozen=True)
class CompiledProject:
    """All models, each after those that it reads, and the columns of the reference seeds."""

    models: tuple[Model, ...]
    seeds: Mapping[str, Mapping[str, str]]

    def needed_for(self, names: Iterable[str]) -> list[Model]:
        """The models that some are made of, with these, in the order of building."""
        needed = set(names)
        for model in reversed(self.models):
            if model.name in needed:
                needed.update(model.parents)
        return [model for model in self.models if model.name in needed]

    def load_seeds(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Load the reference seeds, which marts read, into the schema ``reference``."""
        connection.execute("create schema if not exists reference")
        for name, types in self.seeds.items():
            path = literal(str(PROJECT / "seeds" / f"{name}.csv"))
            columns = ", ".join(f"'{column}': '{kind}'" for column, kind in types.items())
            connection.execute(
                f"create table reference.{name} as from read_csv({path}, header = true,"
                f" columns = {{{columns}}})"
            )

    def build(self, connection: duckdb.DuckDBPyConnection, models: Iterable[Model]) -> None:
        """Build models in the database in use, whose catalog is ``build``.

        The sources must be there, and for marts the seeds.
        """
        for schema in ("staging", "intermediate", "marts"):
            connection.execute(f"create schema if not exists {schema}")
        for model in models:
            kind = "view" if model.is_view else "table"
            connection.execute(f"create {kind} {model.schema}.{model.name} as {model.sql}")


def compiled_project(variables: Mapping[str, str] | None = None) -> CompiledProject:
    """The project as it is, compiled now where it has changed since.

    Args:
        variables: Of the project, in place of its own.

    Raises:
        BuildFailure: dbt cannot read the project.
    """
    made_of: dict[str, Any] = {"project": project_digest(), "variables": dict(variables or {})}
    name = "-".join(["compiled_models", *sorted(made_of["variables"])])
    path = MANIFEST.with_name(f"{name}.json")
    kept = _read_kept(path, made_of)
    if kept is None:
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o644)
        with exclusive_lock(descriptor, math.inf):
            kept = _read_kept(path, made_of)
            if kept is None:
                with tempfile.TemporaryDirectory() as scratch:
                    kept = _compile(Path(scratch), made_of["variables"])
                new = path.with_suffix(".new")
                new.write_text(json.dumps({"made_of": made_of, **asdict(kept)}), encoding="utf-8")
                new.replace(path)
    return kept


def _compile(target: Path, variables: Mapping[str, str]) -> CompiledProject:
    """Have dbt compile the project, over a log without a row."""
    prepare_manifest()
    events = target / "events"
    events.mkdir(parents=True)
    for event_type in event_types().values():
        header = ",".join(event_type.column_names)
        (events / f"{event_type.name}.csv").write_text(header + "\n", encoding="utf-8")
    # The seeds first: what they list is written into the models' SQL.
    for command in (("seed",), ("compile", "--select", "resource_type:model")):
        result = run_dbt(
            *command,
            *("--target-path", str(target)),
            *("--log-path", str(target / "logs")),
            # What the project has parsed already is read there and never written.
            *("--partial-parse-file-path", "target/partial_parse.msgpack"),
            *("--vars", json.dumps(dict(variables))),
            environment={
                "BUILD_PATH": str(target / "build.duckdb"),
                "EVENTS_DIR": str(events),
                "SEEDS_DIR": str(PROJECT / "seeds"),
            },
        )
        if result.returncode:
            raise BuildFailure(
                "dbt cannot read its project, so nothing was built.",
                result.stdout.splitlines()[-20:],
            )
    nodes = json.loads((target / "manifest.json").read_text("utf-8"))["nodes"]
    models = {key: node for key, node in nodes.items() if node["resource_type"] == "model"}
    parents = {
        key: [parent for parent in node["depends_on"]["nodes"] if parent in models]
        for key, node in models.items()
    }
    return CompiledProject(
        tuple(
            Model(
                models[key]["name"],
                models[key]["schema"],
                # A view is another name for rows: never a copy of them.
                models[key]["config"]["materialized"] != "table",
                models[key]["compiled_code"],
                tuple(models[parent]["name"] for parent in parents[key]),
            )
            for key in TopologicalSorter(parents).static_order()
        ),
        {
            node["name"]: node["config"]["column_types"]
            for node in nodes.values()
            if node["resource_type"] == "seed" and node["config"]["enabled"]
        },
    )


def _read_kept(path: Path, made_of: Mapping[str, Any]) -> CompiledProject | None:
    try:
        kept = json.loads(path.read_text("utf-8"))
        if kept["made_of"] != made_of:
            return None
        models = [
            Model(**{**model, "parents": tuple(model["parents"])}) for model in kept["models"]
        ]
        return CompiledProject(tuple(models), kept["seeds"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
