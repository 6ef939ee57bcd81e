"""The gate's verdicts on a folder of event files, without publishing anything.

The rules are the models' own: their SQL, as dbt compiled it, builds the log in a folder that is
thrown away.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import attached, build_limits, literal
from inspections.errors import ActionableError, is_of_the_disk
from inspections.log.compiled_models import CompiledProject, compiled_for
from inspections.log.files.documents import load_documents
from inspections.log.files.event_files import load_event_files
from inspections.log.files.event_folder import event_file_paths
from inspections.log.files.reference_seeds import load_reference_seeds
from inspections.log.replaying import (
    build_models,
    changed_sources,
    contents_of_sources,
    is_small,
)
from inspections.settings import EVERYTHING

# What the gate says of each row, and the log that it leaves.
_VERDICTS = ("int_log", "int_unaccepted_rows")
_ROW = ("verdict", "file_name", "line_number", "event_id", "column_name", "value", "reason")


class GateError(ActionableError):
    """The gate could not be run, or what it was given was not let in."""


@dataclass(frozen=True)
class Judged:
    """The log as the gate made it of a folder.

    Attributes:
        database: The file that it was built in.
        unaccepted: The rows that are not in the log.
        project: The models, where a replay of the same log may go on from all their tables.
        changed: The relations whose rows may be others than in the replay that this one went on
            from, with their schemas; None where it went on from none.
    """

    database: Path
    unaccepted: list[dict[str, Any]]
    project: CompiledProject | None = None
    changed: frozenset[str] | None = None

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Query the built log (schemas ``staging`` and ``intermediate``)."""
        with attached(self.database, "build") as connection:
            return connection.execute(sql, list(values)).fetchall()

    def write(self, sql: str, path: Path) -> None:
        """Write what a query of the built log gives as Parquet.

        Two logs are compared by way of a file: their views name one catalog, and would read each
        other's tables.
        """
        with attached(self.database, "build") as connection:
            connection.execute(f"copy ({sql}) to {literal(str(path))} (format parquet)")


def judge(
    events_dir: Path,
    seeds_dir: Path,
    reports_dir: Path,
    work_dir: Path,
    with_marts: bool = False,
    also: Sequence[str] = (),
    known_at: str = EVERYTHING,
    earlier: Judged | None = None,
) -> Judged:
    """Run the gate on a folder of event files.

    Args:
        events_dir: The folder.
        seeds_dir: The folder of reference seeds, which lists the documents too.
        reports_dir: The folder of kept texts.
        work_dir: A folder for the build, which the caller throws away.
        with_marts: Whether to build the tables that readers see, too.
        also: Some of these tables, where not all are asked for.
        known_at: The instant whose knowledge is built, ISO 8601 in UTC.
        earlier: An earlier result with marts, whose tables this one takes and goes on from, where
            the models are still the same. Its file is gone afterwards.

    Returns:
        The log and the verdicts.

    Raises:
        GateError: DuckDB could not build the log.
        BuildFailure: dbt cannot read its project.
        EventFolderError: There is no log.
        DocumentsError: The list of documents is not as expected.
    """
    project = compiled_for(known_at, seeds_dir)
    # Views name the catalog, which is called after the file.
    database = work_dir / "build.duckdb"
    small = is_small(event_file_paths(events_dir))
    goes_on = (
        with_marts
        and small
        and earlier is not None
        and earlier.project == project
        and earlier.database.exists()
    )
    if earlier is not None and goes_on:
        earlier.database.replace(database)
    changed: set[str] | None = None
    try:
        with duckdb.connect(database, config=build_limits(database)) as connection:
            before = contents_of_sources(connection) if goes_on else {}
            load_event_files(connection, events_dir, work_dir / "files")
            load_documents(connection, events_dir, seeds_dir, reports_dir)
            load_reference_seeds(connection, seeds_dir)
            project.load_seeds(connection)
            if goes_on:
                changed = changed_sources(project, before, contents_of_sources(connection))
            models = project.models if with_marts else project.needed_for((*_VERDICTS, *also))
            build_models(connection, models, small, changed)
            connection.execute(
                f"select {', '.join(_ROW)} from intermediate.int_unaccepted_rows"
                " order by file_name, line_number"
            )
            unaccepted = [dict(zip(_ROW, row, strict=True)) for row in connection.fetchall()]
    except duckdb.Error as error:
        if is_of_the_disk(error):
            raise
        words = " ".join(str(error).split())[:600]
        raise GateError(
            f"The gate could not be run: {words}. If memory ran out, raise MEMORY_LIMIT."
        ) from error
    return Judged(
        database,
        unaccepted,
        project if with_marts and small else None,
        None if changed is None else frozenset(changed),
    )
