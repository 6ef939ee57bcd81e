"""The project's models as dbt compiled them: SQL that DuckDB runs without dbt's own start.

A dbt process takes eight seconds before it runs the first of a small log's models, and `append`
waits for it. Compiled once, the same SQL answers in one. It is kept with the digest of all that it
was made of, and made anew where that is another: stale SQL is never run.
"""

import hashlib
import json
import math
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import literal
from inspections.dbt_project import MANIFEST, prepare_manifest, project_digest, run_dbt
from inspections.errors import BuildFailure
from inspections.files import exclusive_lock
from inspections.log.declaration import event_types
from inspections.log.files.reference_seeds import (
    SEED_TABLE,
    check_reference_seeds,
    reference_seed_paths,
)
from inspections.settings import EVERYTHING, Settings

# Later than any event. A build of one instant puts that in its place.
LATEST = "9999-12-31T00:00:00Z"
_KNOWN_AT = f"cast('{LATEST}' as timestamp)"


# How many compilations are kept: one a content of the project and its reference seeds.
_KEPT = 8


@dataclass(frozen=True)
class Model:
    """One model as dbt compiled it.

    Attributes:
        name: Its name.
        schema: Its layer.
        is_view: Whether it is a view; else a table.
        sql: What it selects, in the catalog ``build``.
        parents: The models that it reads.
        sources: What else it reads: relations of the reader and reference seeds, with their schema.
    """

    name: str
    schema: str
    is_view: bool
    sql: str
    parents: tuple[str, ...]
    sources: tuple[str, ...]

    @property
    def relation(self) -> str:
        """Its name with its schema."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class DataTest:
    """One of dbt's data tests, compiled.

    Attributes:
        name: Its name.
        sql: Selects the rows at fault, in the catalog ``build``.
        severity: ``error`` stops publication, ``warn`` does not.
        reads: The relations that it reads, with their schemas.
    """

    name: str
    sql: str
    severity: str
    reads: tuple[str, ...]


@dataclass(frozen=True)
class CompiledProject:
    """All models, each after those that it reads, the data tests, and the names of the seeds.

    The digest is that of the project and its reference seeds, descriptions among them.
    """

    models: tuple[Model, ...]
    tests: tuple[DataTest, ...]
    seeds: tuple[str, ...]
    digest: str = ""

    def as_known_at(self, instant: str) -> "CompiledProject":
        """The project with the instant put in the place of the one that it was compiled with.

        The project must come from :func:`compiled_for`.
        """

        def known(sql: str) -> str:
            return sql.replace(_KNOWN_AT, f"cast({literal(instant)} as timestamp)")

        return replace(
            self,
            models=tuple(replace(model, sql=known(model.sql)) for model in self.models),
            tests=tuple(replace(test, sql=known(test.sql)) for test in self.tests),
        )

    def needed_for(self, names: Iterable[str]) -> list[Model]:
        """The models that some are made of, with these, in the order of building."""
        needed = set(names)
        for model in reversed(self.models):
            if model.name in needed:
                needed.update(model.parents)
        return [model for model in self.models if model.name in needed]

    def load_seeds(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the reference seeds, as the reader has them, tables of schema ``reference``.

        The models' SQL holds the codes of the seeds that it was compiled with: the reader must have
        read the same.
        """
        connection.execute("create schema if not exists reference")
        for name in self.seeds:
            connection.execute(
                f"create or replace table reference.{name} as"
                f" select * exclude (row_id) from {SEED_TABLE}{name} order by row_id"
            )


def compiled_for(known_at: str, seeds_dir: Path | None = None) -> CompiledProject:
    """The project that builds what was known at an instant; all of it, at ``EVERYTHING``.

    Every instant shares one compilation.

    Args:
        known_at: The instant.
        seeds_dir: The folder of reference seeds, as in :func:`compiled_project`.

    Raises:
        BuildFailure: dbt cannot read the project.
    """
    if known_at == EVERYTHING:
        return compiled_project(seeds_dir=seeds_dir)
    return compiled_project({"known_at": LATEST}, seeds_dir).as_known_at(known_at)


def compiled_project(
    variables: Mapping[str, str] | None = None, seeds_dir: Path | None = None
) -> CompiledProject:
    """The project as it is, compiled now if it has changed since.

    Args:
        variables: Of the project, in place of its own.
        seeds_dir: The folder of reference seeds, whose codes are written into the SQL; that of
            ``SEEDS_DIR`` if it is left out.

    Raises:
        BuildFailure: dbt cannot read the project.
        ReferenceSeedError: A reference seed cannot be read.
    """
    seeds_dir = seeds_dir or Settings.from_environment().seeds_dir
    made_of: dict[str, Any] = {
        "project": project_digest(seeds_dir),
        "variables": dict(variables or {}),
    }
    # A name for each content: logs with reference seeds of their own take turns in one project.
    prefix = "-".join(["compiled_models", *sorted(made_of["variables"])])
    digest = hashlib.sha256(json.dumps(made_of, sort_keys=True).encode()).hexdigest()[:12]
    path = MANIFEST.with_name(f"{prefix}.{digest}.json")
    kept = _read_kept(path, made_of)
    if kept is None:
        check_reference_seeds(seeds_dir)
        path.parent.mkdir(exist_ok=True)
        lock = MANIFEST.with_name(f"{prefix}.lock")
        with exclusive_lock(os.open(lock, os.O_RDWR | os.O_CREAT, 0o644), math.inf):
            kept = _read_kept(path, made_of)
            if kept is None:
                with tempfile.TemporaryDirectory() as scratch:
                    kept = _compile(Path(scratch), made_of["variables"], seeds_dir)
                new = path.with_suffix(".new")
                new.write_text(json.dumps({"made_of": made_of, **asdict(kept)}), encoding="utf-8")
                new.replace(path)
                _forget_old_ones(path.parent.glob(f"{prefix}.*.json"))
    return replace(kept, digest=made_of["project"])


def _forget_old_ones(paths: Iterable[Path]) -> None:
    for path in sorted(paths, key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        path.unlink(missing_ok=True)


def _compile(target: Path, variables: Mapping[str, str], seeds_dir: Path) -> CompiledProject:
    """Have dbt compile the project, over a log without a row."""
    prepare_manifest()
    events = target / "events"
    events.mkdir(parents=True)
    for event_type in event_types().values():
        header = ",".join(event_type.column_names)
        (events / f"{event_type.name}.csv").write_text(header + "\n", encoding="utf-8")
    seeds = target / "seeds"
    seeds.mkdir()
    for path in reference_seed_paths(seeds_dir):
        (seeds / path.name).symlink_to(path.resolve())
    # The seeds first: what they list is written into the models' SQL.
    selected = ("--select", "resource_type:model resource_type:test")
    # These judge the test macros, not the data.
    excluded = ("--exclude", "tag:macro_test")
    for command in (("seed",), ("compile", *selected, *excluded)):
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
                "SEEDS_DIR": str(seeds),
                # No document is listed, so that no text is looked for, wherever texts are kept.
                "REPORTS_DIR": str(events),
                "SCHEMA_PREFIX": "",
                # The severity of a test is compiled too: that of the project, not of a caller.
                "ON_REJECTED": "stop",
            },
        )
        if result.returncode:
            raise BuildFailure(
                "dbt cannot read its project, so nothing was built.",
                result.stdout.splitlines()[-20:],
            )
    manifest = json.loads((target / "manifest.json").read_text("utf-8"))
    nodes = manifest["nodes"]
    relations = {
        key: f"{node['schema']}.{node['name']}"
        for key, node in {**nodes, **manifest["sources"]}.items()
        if node["resource_type"] in ("model", "seed", "source")
    }
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
                tuple(
                    relations[parent]
                    for parent in models[key]["depends_on"]["nodes"]
                    if parent not in models
                ),
            )
            for key in TopologicalSorter(parents).static_order()
        ),
        (*_constraints(models.values()), *_data_tests(nodes.values(), relations)),
        tuple(
            node["name"]
            for node in nodes.values()
            if node["resource_type"] == "seed" and node["config"]["enabled"]
        ),
    )


def _data_tests(nodes: Iterable[Mapping[str, Any]], relations: Mapping[str, str]) -> list[DataTest]:
    found = []
    for node in nodes:
        # What was not selected was not compiled.
        if node["resource_type"] == "test" and node.get("compiled_code"):
            config = node["config"]
            said = (config["fail_calc"], config["warn_if"], config["error_if"], config["limit"])
            if said != ("count(*)", "!= 0", "!= 0", None):
                raise BuildFailure(
                    f"The test {node['name']} has its own fail_calc, warn_if, error_if or limit:"
                    f" {said}. Previews fail a test when it selects any row. Remove these settings."
                )
            reads = tuple(relations[parent] for parent in node["depends_on"]["nodes"])
            found.append(
                DataTest(node["name"], node["compiled_code"], config["severity"].lower(), reads)
            )
    return found


def _constraints(models: Iterable[Mapping[str, Any]]) -> list[DataTest]:
    """Not-null constraints of a mart, as dbt writes them."""
    found = []
    for model in models:
        never_null = [
            column["name"]
            for column in model["columns"].values()
            if any(constraint["type"] == "not_null" for constraint in column["constraints"])
        ]
        if never_null and model["config"]["materialized"] == "table":
            is_null = " or ".join(f"{name} is null" for name in never_null)
            relation = f"{model['schema']}.{model['name']}"
            found.append(
                DataTest(
                    f"{model['name']}_keeps_its_constraints",
                    f"select * from build.{relation} where {is_null}",
                    "error",
                    (relation,),
                )
            )
    return found


def _read_kept(path: Path, made_of: Mapping[str, Any]) -> CompiledProject | None:
    try:
        kept = json.loads(path.read_text("utf-8"))
        if kept["made_of"] != made_of:
            return None
        models = [
            Model(
                **{
                    **model,
                    "parents": tuple(model["parents"]),
                    "sources": tuple(model["sources"]),
                }
            )
            for model in kept["models"]
        ]
        tests = [DataTest(**{**test, "reads": tuple(test["reads"])}) for test in kept["tests"]]
        return CompiledProject(tuple(models), tuple(tests), tuple(kept["seeds"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
