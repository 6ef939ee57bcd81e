"""The models' own SQL, run without dbt's start-up: half a second a log.

dbt compiles the project once a session. Each replay runs what it compiled, in its order, in a
DuckDB in memory, and then creates the published macros over it. Nothing is rewritten but what a
caller asks for: the instant that is known, or a mutation under test.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from inspections.log.compiled_models import LATEST, CompiledProject, compiled_project
from inspections.log.files.documents import load_documents
from inspections.log.files.event_files import load_event_files
from inspections.log.files.reference_seeds import load_reference_seeds
from inspections.log.replaying import build_models
from inspections.publication.macros import published_macros
from inspections.settings import PROJECT


def compiled() -> CompiledProject:
    """The project with an instant that can be replaced."""
    return compiled_project({"known_at": LATEST})


def replay(
    project: CompiledProject,
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
    # A mutant may multiply rows without end: it fails rather than take the machine's memory.
    connection.execute("set memory_limit = '3GB'")
    connection.execute("set temp_directory = ''")
    connection.execute("attach ':memory:' as build")
    connection.execute("use build")
    load_event_files(connection, events_dir, work_dir, direct_from_bytes)
    load_documents(connection, events_dir, PROJECT / "seeds", PROJECT / "reports")
    load_reference_seeds(connection, PROJECT / "seeds")
    project.load_seeds(connection)
    models = [replace(model, sql=mutate(model.name, model.sql)) for model in project.models]
    mutated = replace(project, models=tuple(models))
    if known_at is not None:
        mutated = mutated.as_known_at(known_at)
    build_models(connection, mutated.models)
    connection.execute("create schema if not exists main")
    for model in project.models:
        if model.schema == "marts":
            connection.execute(f"create table main.{model.name} as from marts.{model.name}")
    for statement in duckdb.extract_statements(mutate("macros", published_macros())):
        connection.execute(statement.query)
    return connection
