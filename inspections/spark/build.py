"""One build on Spark: its folder and schemas, the landed log, and what an earlier build left.

What belongs here: where a build on a server lies, from the landing of the event files to the
removal of all of it. Each build has a folder and schemas of its own, under a name that no other
has, so that builds of several users do not meet; a note beside the build's file says which they
are, and the next build of the same warehouse removes them.
"""

import json
import re
import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import connect, literal
from inspections.errors import BuildFailure, SettingError
from inspections.files import replace_file, shown
from inspections.log.declaration import event_types
from inspections.log.files.documents import load_documents
from inspections.log.files.event_files import SCHEMA, load_event_files
from inspections.log.files.reference_seeds import load_reference_seeds
from inspections.settings import Settings
from inspections.spark.server import check_is_installed, session

_PATTERN = re.compile(r"[*?\[\]{}\\]")
LANDING, REFERENCE, STAGING = SCHEMA, "reference", "staging"
LAYERS = (LANDING, REFERENCE, STAGING, "intermediate", "marts")


@dataclass(frozen=True)
class SparkBuild:
    """The location of a build on a server.

    Attributes:
        name: Its name, which each of its schemas begins with.
        folder: The folder of its Parquet files: one a layer, and in it one a table.
        remote: The server.
    """

    name: str
    folder: Path
    remote: str

    @property
    def schema_prefix(self) -> str:
        """Prefix that turns a layer's name into its schema's name."""
        return f"{self.name}_"

    def files_of(self, layer: str, table: str) -> Path:
        """The folder of a table's Parquet files."""
        return self.folder / layer / table

    @staticmethod
    def of(settings: Settings) -> "SparkBuild | None":
        """The last build of a warehouse, from its note; None if there is none."""
        try:
            note = json.loads(_note_of(settings).read_text("utf-8"))
            return SparkBuild(note["name"], Path(note["folder"]), note["remote"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise BuildFailure(
                f"{shown(_note_of(settings))} does not say where the last build on Spark is."
                " Remove it, and those folders inspections_… in SPARK_FOLDER that no other"
                " user's build needs."
            ) from error


def start(settings: Settings) -> SparkBuild:
    """Remove what an earlier build left, land the event files, and make them tables of Spark.

    Args:
        settings: The build's settings.

    Returns:
        The build.

    Raises:
        SettingError: Spark is not installed here, or takes the folder for a pattern.
        BuildFailure: The server does not answer, or sees other rows than were landed, or none.
        EventFolderError: There is no log to read.
        DocumentsError: A document is not as expected.
    """
    check_is_installed()
    _check_is_no_pattern(settings.shared_folder)
    now = datetime.now(UTC).strftime("%Y%m%dt%H%M%S")
    name = f"inspections_{now}_{secrets.token_hex(3)}"
    build = SparkBuild(name, settings.shared_folder / name, settings.spark_remote)
    with session(settings.spark_remote) as spark:
        _remove_leftovers(settings, spark)
        note = {**asdict(build), "folder": str(build.folder)}
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        replace_file(_note_of(settings), json.dumps(note, indent=2).encode())
        landed = land(settings, build)
        _register(spark, build, landed)
    return build


def _note_of(settings: Settings) -> Path:
    return settings.build_path.with_name(settings.build_path.name + ".spark.json")


def _remove_leftovers(settings: Settings, spark: Any) -> None:
    """Remove the schemas and the folder of the last build of this warehouse, whole or killed."""
    last = SparkBuild.of(settings)
    if last is None:
        return
    for layer in LAYERS:
        # Of another server, or of one that was started again since, there is nothing to drop.
        spark.sql(f"drop schema if exists {last.schema_prefix}{layer} cascade")
    shutil.rmtree(last.folder, ignore_errors=True)


@dataclass(frozen=True)
class Landed:
    """A table of the landed log.

    Attributes:
        columns: Its columns with their types, as Spark declares them.
        rows: How many rows were written.
    """

    columns: str
    rows: int


def land(settings: Settings, build: SparkBuild) -> dict[str, Landed]:
    """Write the event files as the gate reads them as Parquet, with file and line.

    Large files are read by a process a core, and those that are clean in place; the rows of each
    type are written by a thread of their own. The manifest says how many rows each table has and
    from which bytes they come.

    Args:
        settings: The build's settings.
        build: The build whose folder is written.

    Returns:
        What was written, by table.
    """
    folder = build.folder / LANDING
    folder.mkdir(parents=True)
    work = settings.build_path.with_name(f"{settings.build_path.name}.files")
    with connect(settings.build_path) as connection:
        load_event_files(connection, settings.events_dir, work, counts_lines=True)
        load_documents(connection, settings.events_dir, settings.seeds_dir, settings.reports_dir)
        load_reference_seeds(connection, settings.seeds_dir)
        columns = dict(
            connection.execute(
                """
                select
                    table_name,
                    string_agg(
                        column_name || ' ' || lower(data_type), ', ' order by ordinal_position
                    )
                from information_schema.columns
                where table_schema = ?
                group by table_name
                order by table_name
                """,
                [LANDING],
            ).fetchall()
        )

        def write(table: str) -> Landed:
            files = build.files_of(LANDING, table)
            files.mkdir()
            place = literal(str(files / "rows.parquet"))
            with connection.cursor() as own:
                rows = _count(own, f"copy {LANDING}.{table} to {place} (format parquet)")
            return Landed(columns[table].replace(" varchar", " string"), rows)

        with ThreadPoolExecutor(settings.duckdb_threads) as threads:
            landed = dict(zip(columns, threads.map(write, columns), strict=True))
        files = connection.execute(
            f"select file_name, sha256, rows_in_file from {LANDING}.files order by file_name"
        ).fetchall()
    manifest = {
        "build": build.name,
        "rows": {table: written.rows for table, written in landed.items()},
        "files": [
            {"file_name": name, "sha256": digest, "rows": rows} for name, digest, rows in files
        ],
    }
    (build.folder / "manifest.json").write_text(json.dumps(manifest, indent=2), "utf-8")
    return landed


def _location(folder: Path) -> str:
    """A folder in Spark's SQL: as it is, since Spark encodes what it is given once more."""
    return "'file://" + str(folder).replace("'", "\\'") + "'"


def _check_is_no_pattern(folder: Path) -> None:
    """Find what Spark takes for a pattern of several folders, however it is written.

    Raises:
        SettingError: The path holds such a character.
    """
    found = _PATTERN.search(str(folder))
    if found:
        raise SettingError(
            f"Spark takes {found[0]!r} in a path as a pattern, and there is one in the path of"
            f" {shown(folder)}. Name another by SPARK_FOLDER, without * ? [ ] {{ }} or \\ in it or"
            " in a folder above it."
        )


def _count(connection: duckdb.DuckDBPyConnection, statement: str) -> int:
    (count,) = connection.execute(statement).fetchone() or (0,)
    return int(count)


def _register(spark: Any, build: SparkBuild, landed: dict[str, Landed]) -> None:
    """Create schemas in the build's folder, and tables of the landed files.

    Raises:
        BuildFailure: The server sees other rows than were landed, or none: a folder that is not
            shared is empty there, and a replay of nothing would be a publication of nothing.
    """
    for layer in LAYERS:
        folder = build.folder / layer
        folder.mkdir(exist_ok=True)
        spark.sql(f"create schema {build.schema_prefix}{layer} location {_location(folder)}")
    counts = []
    for table, written in landed.items():
        name = f"{build.schema_prefix}{LANDING}.{table}"
        files = _location(build.files_of(LANDING, table))
        spark.sql(f"create table {name} ({written.columns}) using parquet location {files}")
        counts.append(f"select '{table}' as name, count(*) as row_count from {name}")
    expected = {table: written.rows for table, written in landed.items()}
    seen = {
        row["name"]: row["row_count"] for row in spark.sql(" union all ".join(counts)).collect()
    }
    read = sum(expected[table] for table in (*event_types(), "unreadable_rows"))
    if seen != expected or not read:
        differing = [
            f"{table}: {rows} written, {seen.get(table)} seen"
            for table, rows in expected.items()
            if seen.get(table) != rows
        ]
        raise BuildFailure(
            "Spark does not see the landed rows, or there are none; nothing was built or"
            " published. SPARK_FOLDER must be the same folder, under the same path, on this"
            " machine and on every worker.",
            differing,
            code="spark-folder",
        )
