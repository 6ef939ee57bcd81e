"""Building the models in DuckDB: two at a time for a small log, and on from an earlier replay.

What belongs here: running the SQL that :mod:`inspections.log.compiled_models` has. Planning takes
most of the time of a small log, and DuckDB plans a statement in one thread, so that two statements
at once take half as long. A large log's statements use all threads, and memory, by themselves.

A replay may go on from the tables that an earlier one left. A model whose sources have the same
rows as before is not built again. A model that is built and has the same rows as before counts as
unchanged for those that read it.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from inspections.database import content_of
from inspections.log.compiled_models import CompiledProject, Model
from inspections.log.declaration import event_types

# Up to this size of its event files a log is small.
SMALL_BYTES = 8 * 2**20
_AT_ONCE = 2
_FILES = "event_files"
# What stands for a staging model without a row, by the model's SQL: its columns, and no rule.
_NOTHING: dict[str, str] = {}


def is_small(paths: Iterable[Path]) -> bool:
    """Whether the event files of a log are few bytes together."""
    try:
        return sum(path.stat().st_size for path in paths) <= SMALL_BYTES
    except OSError:
        # The reader says what is wrong with the file.
        return False


def contents_of_sources(connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    """What each relation holds that the models read and do not make, by its name with schema.

    Rows of an event type are known by the files that they come from, and by those files' digests.
    """
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables()"
        f" where database_name = current_database() and schema_name in ('{_FILES}', 'reference')"
    ).fetchall()
    contents: dict[str, object] = {name: content_of(connection, name) for (name,) in tables}
    files = connection.execute(
        f"select event_type, file_name, sha256 from {_FILES}.files order by file_name"
    ).fetchall()
    for name in event_types():
        contents[f"{_FILES}.{name}"] = [row for row in files if row[0] == name]
    return contents


def changed_sources(
    project: CompiledProject, before: dict[str, object], now: dict[str, object]
) -> set[str]:
    """The relations that hold something else than before, of those that no model makes."""
    made = {model.relation for model in project.models}
    read = {name for model in project.models for name in model.sources}
    read |= {name for test in project.tests for name in test.reads}
    return {
        name
        for name in read - made
        if name not in before or name not in now or before[name] != now[name]
    }


def build_models(
    connection: duckdb.DuckDBPyConnection,
    models: Sequence[Model],
    is_small: bool = False,
    changed: set[str] | None = None,
) -> None:
    """Build models in the database in use, whose catalog is ``build``.

    The sources must be there, and for marts the seeds.

    Args:
        connection: The database.
        models: The models, each after those that it reads.
        is_small: Whether the log is small. Its staging models become tables, which the next replay
            need not read again.
        changed: Of a small log whose tables an earlier replay of the same models built, the sources
            that have changed since. The models that have changed are added. Without it all are
            built.
    """
    for schema in ("staging", "intermediate", "marts"):
        connection.execute(f"create schema if not exists {schema}")
    if not is_small:
        for model in models:
            kind = "view" if model.is_view else "table"
            sql = _sql_for(connection, model)
            connection.execute(f"create {kind} {model.relation} as {sql}")
        return
    by_name = {model.name: model for model in models}
    order = TopologicalSorter(
        {model.name: [name for name in model.parents if name in by_name] for model in models}
    )
    order.prepare()
    building: dict[Future[bool], Model] = {}
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        try:
            while order.is_active():
                for name in order.get_ready():
                    model = by_name[name]
                    if changed is None or _reads_any(model, by_name, changed):
                        is_again = changed is not None
                        building[threads.submit(_build, connection, model, is_again)] = model
                    else:
                        order.done(name)
                if building:
                    finished, _ = wait(building, return_when=FIRST_COMPLETED)
                    for future in finished:
                        model = building.pop(future)
                        if future.result() and changed is not None:
                            changed.add(model.relation)
                        order.done(model.name)
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise


def _reads_any(model: Model, by_name: dict[str, Model], relations: set[str]) -> bool:
    parents = (by_name[name].relation for name in model.parents)
    return any(relation in relations for relation in (*model.sources, *parents))


def _build(connection: duckdb.DuckDBPyConnection, model: Model, is_again: bool) -> bool:
    """Build a model of a small log, and say whether its rows may be others than before."""
    with connection.cursor() as own:
        is_view = model.is_view and model.schema != "staging"
        sql = _sql_for(own, model)
        if is_view:
            own.execute(f"create or replace view {model.relation} as {sql}")
            return True
        before = content_of(own, model.relation) if is_again else None
        own.execute(f"create or replace table {model.relation} as {sql}")
        return not is_again or content_of(own, model.relation) != before


def _sql_for(connection: duckdb.DuckDBPyConnection, model: Model) -> str:
    """The model's SQL, or an empty selection where its event type has no row.

    Planning the rules of all event types takes longer than everything else in a small log, and a
    small log has rows of few types.
    """
    if model.schema != "staging":
        return model.sql
    source = f"{_FILES}.{model.name.removeprefix('stg_')}"
    if connection.execute(f"select 1 from {source} limit 1").fetchone():
        return model.sql
    if model.sql not in _NOTHING:
        result = connection.execute(f"describe {model.sql}")
        columns = [f"cast(null as {kind}) as {name}" for name, kind, *_ in result.fetchall()]
        _NOTHING[model.sql] = f"select {', '.join(columns)} where false"
    return _NOTHING[model.sql]
