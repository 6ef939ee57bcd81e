"""The folders that are published with the file: which, what writes them, what they may replace.

What belongs here: whether a folder of open formats or of pages is published, and whether what lies
there may be replaced by it. What a folder holds does not: see
:mod:`inspections.publication.formats.export` and :mod:`inspections.pages`.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from inspections.dbt_project import MANIFEST
from inspections.errors import BuildFailure
from inspections.files import is_own_folder
from inspections.publication.formats.data_package import check_is_export
from inspections.settings import Settings

# Writes a folder that is published with the file: given the new file, whole and closed, and the
# empty new folder.
Companion = Callable[[Path, Path], None]
# A workbook of each build is for people who look: its time must not grow with the log.
BUILD_SHEET_ROWS = 15_000
# A million events are half a minute and 2.5 GB of memory, for more pages than anybody opens.
MOST_EVENTS = 1_000_000


def companions(settings: Settings) -> dict[Path, Companion]:
    """The folders that a build publishes with its file, and what writes them.

    Raises:
        BuildFailure: Something else lies where a folder is to be.
    """
    found: dict[Path, Companion] = {}
    if settings.export:
        check_is_export(settings.export_dir)
        found[settings.export_dir] = _write_export
    if settings.site is not False:
        check_is_site(settings.site_dir)
        most_events = None if settings.site else MOST_EVENTS

        def write_site(warehouse: Path, folder: Path) -> None:
            from inspections.pages import write_pages

            write_pages(warehouse, folder, MANIFEST, most_events=most_events)

        found[settings.site_dir] = write_site
    return found


def write_companions(writers: Mapping[Path, Companion], warehouse: Path) -> None:
    """Write folders, side by side.

    Args:
        writers: The empty folders, and what writes each.
        warehouse: The new file, whole and closed.

    Raises:
        Exception: What one of them raised, once all have ended.
    """
    with ThreadPoolExecutor(max(1, len(writers))) as threads:
        writing = [threads.submit(write, warehouse, folder) for folder, write in writers.items()]
    for written in writing:
        written.result()


def _write_export(warehouse: Path, folder: Path) -> None:
    """Write open formats: in another process, as they and the pages each keep one core busy."""
    from inspections.publication.formats.export import write_elsewhere

    write_elsewhere(warehouse, folder, BUILD_SHEET_ROWS)


def check_is_site(folder: Path) -> None:
    """Find whether a folder may be replaced: it is not there, empty, or an earlier site.

    Raises:
        BuildFailure: It holds something else, which would be lost.
    """
    from inspections.pages import is_site

    if not is_own_folder(folder):
        raise BuildFailure(
            f"{folder.name} is a file or a link; expected a folder for the pages. Move it away."
        )
    if folder.exists() and not is_site(folder) and any(folder.iterdir()):
        raise BuildFailure(
            f"{folder.name}/ holds no pages of an earlier build, and the new pages would replace"
            " it. Move it away."
        )
