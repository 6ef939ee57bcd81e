"""Publishes views of Parquet files, which readers read in place.

What belongs here: the folder that such views read, from the links that make it to the removal of
those that no publication reads any more. The views name it by a path relative to the published
file, so that file and folder can be moved together.
"""

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from inspections.database import attached, literal, parquet_rows
from inspections.errors import BuildFailure
from inspections.files import remove
from inspections.settings import Settings

# What a view reads, and how a character is written that would be taken for a pattern.
_READ = re.compile(r"read_parquet\('((?:[^']|'')+)/\*\.parquet'")
_ONE_CHARACTER = re.compile(r"\[([*?\[{])\]")


def link_parquet(settings: Settings, marts: Path) -> Path:
    """Hard-link the Parquet files of a build's marts beside the published file.

    A link costs nothing, however large a file is, and the build keeps its own.

    Args:
        settings: The build's settings.
        marts: The folder of the build's marts, one folder a table.

    Returns:
        The folder of this publication, new and under a name of its own.

    Raises:
        BuildFailure: The folders are on different disks.
    """
    folder = settings.parquet_dir / datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    try:
        for file in sorted(marts.glob("*/*.parquet")):
            place = folder / file.parent.name / file.name
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(file, place)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise BuildFailure(
            "The Parquet files of the build cannot be published from their folder:"
            f" {error.strerror}. With PUBLISH=views, SPARK_FOLDER and the published file must be on"
            " one disk; nothing was published."
        ) from error
    return folder


def view_of(settings: Settings, folder: Path, table: str) -> str:
    """The rows of a table, as a view of the published file reads them."""
    return parquet_rows(f"{folder.relative_to(settings.data_dir)}/{table}")


def check_rows_are_there(
    connection: duckdb.DuckDBPyConnection, catalog: str, warehouse: Path
) -> None:
    """Find the folder of Parquet files that a published file of views reads, and that is lost.

    Args:
        connection: A connection that has the file attached.
        catalog: The catalog that it is attached as.
        warehouse: The published file; one of tables reads no other.

    Raises:
        BuildFailure: Rows of the file are not there; the message names the folder.
    """
    lost: dict[str, list[str]] = {}
    for view, sql in connection.execute(
        # Without parameters: for the first one DuckDB's client imports pandas.
        f"select view_name, sql from duckdb_views() where database_name = {literal(catalog)}"
        " and not internal order by view_name"
    ).fetchall():
        found = _READ.search(sql)
        if found:
            folder = Path(_ONE_CHARACTER.sub(r"\1", found[1].replace("''", "'")))
            if not any((warehouse.resolve().parent / folder).glob("*.parquet")):
                lost.setdefault(f"{folder.parent}", []).append(view)
    for name, views in lost.items():
        raise BuildFailure(
            f"{warehouse.name} holds views of the Parquet files in {name}/ beside it, and those of"
            f" {', '.join(views[:3])}{' and others' if len(views) > 3 else ''} are not there."
            " Put the folder back from a backup. Without one, move"
            f" {warehouse.name} away: the next build then publishes anew, and cannot compare the"
            " log with what was published.",
            code="missing-parquet-files",
        )


def remove_unread(settings: Settings, folder: Path | None, before: Path | None) -> None:
    """Remove the folders that neither this publication reads nor the one that it replaced.

    A reader who has the file open that was replaced goes on reading.
    """
    kept = {folder.name} if folder else set()
    if before is not None:
        kept |= _folders_read_by(before)
    if settings.parquet_dir.exists():
        for other in settings.parquet_dir.iterdir():
            if other.name not in kept:
                if other.is_dir():
                    shutil.rmtree(other, ignore_errors=True)
                else:
                    remove(other)


def _folders_read_by(file: Path) -> set[str]:
    try:
        with attached(file, "earlier") as connection:
            statements = connection.execute(
                "select sql from duckdb_views() where database_name = 'earlier' and not internal"
            ).fetchall()
    except duckdb.Error:
        return set()
    return {found[1] for (sql,) in statements if (found := re.search(r"([^/']+)/[^/']+/\*\.", sql))}
