"""The pages as a part of a publication: where they lie, and what may be replaced by them.

What belongs here: the folder of pages beside the published file. What a page shows and how does
not: see ``inspections/pages``.
"""

from pathlib import Path

from inspections.errors import BuildFailure
from inspections.publication.publish import Companion
from inspections.settings import DBT_PROJECT, Settings

# A million events are half a minute and 2.5 GB of memory, for more pages than anybody opens.
MOST_EVENTS = 1_000_000


def site_companions(settings: Settings) -> dict[Path, Companion]:
    """The folder of pages that a build publishes with its file, and what writes it.

    Raises:
        BuildFailure: Something else lies where the folder is to be.
    """
    if settings.site == "no":
        return {}
    folder = settings.site_dir
    check_may_be_replaced(folder)

    def write_site(warehouse: Path, new: Path) -> None:
        from inspections.pages import write_pages

        write_pages(
            warehouse,
            new,
            DBT_PROJECT / "target" / "manifest.json",
            most_events=None if settings.site == "yes" else MOST_EVENTS,
        )

    return {folder: write_site}


def check_may_be_replaced(folder: Path) -> None:
    """Find whether a folder may be replaced: it is not there, empty, or an earlier site.

    Raises:
        BuildFailure: It holds something else, which would be lost.
    """
    from inspections.pages import is_site

    if not folder.exists() and not folder.is_symlink():
        return
    if not folder.is_dir() or folder.is_symlink():
        raise BuildFailure(
            f"{folder.name} is not a folder of its own, where the pages are to lie. Move it away."
        )
    if not is_site(folder) and any(folder.iterdir()):
        raise BuildFailure(
            f"{folder.name}/ holds no pages of an earlier build, and would be replaced whole by"
            " them. Move it away."
        )
