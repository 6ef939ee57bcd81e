"""A published file of any log, made in this process in about three seconds.

The gate builds the log with the models' own SQL, and the marts are written into a file as a build
writes them: the same tables, macros and comments. Great Expectations and dbt's tests do not run.
A test of these, or of the command itself, runs the command (``run_build``).
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from inspections.database import literal
from inspections.files import beside, exclusive_lock
from inspections.log.gate import judge
from inspections.publication.companions import companions, write_companions
from inspections.publication.publish import write_file
from inspections.settings import Settings

# Nobody waits longer for another worker's build.
_LONGEST_WAIT = 900


@dataclass(frozen=True)
class Built:
    """A published file, and what the command that built it printed.

    Attributes:
        code: The command's exit code; 0 where none ran.
        output: What it printed; nothing where none ran.
        warehouse: The published file. ``build.duckdb`` lies beside it.
    """

    code: int
    output: str
    warehouse: Path

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the published file as a client would."""
        with duckdb.connect() as connection:
            connection.execute(f"attach {literal(str(self.warehouse))} as warehouse (read_only)")
            connection.execute("use warehouse")
            return connection.execute(sql).fetchall()


def publish_log(
    log: Path, folder: Path, *, site: bool = False, export: bool = False, **changed: Any
) -> Built:
    """Publish a log without the command, dbt's start or checks.

    Rejected rows do not stop it: they are in ``rejected_rows``.

    Args:
        log: The folder of event files.
        folder: An empty folder for the file, its build, and the folders beside it.
        site: Whether to write the pages too.
        export: Whether to write the open formats too.
        changed: Other settings, such as ``seeds_dir`` or ``reports_dir``.
    """
    settings = Settings.from_environment(
        events_dir=log,
        warehouse_path=folder / "warehouse.duckdb",
        site=site,
        export=export,
        **changed,
    )
    folder.mkdir(parents=True, exist_ok=True)
    judge(log, settings.seeds_dir, settings.reports_dir, folder, with_marts=True)
    new = beside(settings.warehouse_path, "new")
    write_file(settings, new)
    writers = companions(settings)
    for companion in writers:
        companion.mkdir()
    write_companions(writers, new)
    new.replace(settings.warehouse_path)
    return Built(0, "", settings.warehouse_path)


@contextmanager
def made_once(folder: Path) -> Iterator[bool]:
    """Hold a folder that all workers of a session share.

    Args:
        folder: The folder, whose parent is there.

    Yields:
        Whether the caller is the first, and is to fill it.
    """
    done = folder.with_name(f"{folder.name}.done")
    descriptor = os.open(folder.with_name(f"{folder.name}.lock"), os.O_RDWR | os.O_CREAT, 0o644)
    with exclusive_lock(descriptor, _LONGEST_WAIT):
        is_first = not done.exists()
        if is_first:
            # What a failed attempt left.
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        yield is_first
        done.touch()
