"""Waiting for a file that a preview reads to change."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from watchfiles import Change, DefaultFilter, watch

from inspections.settings import Settings

# How long to look for changes at a time, in milliseconds.
_LOOKS = 500


class _Watched(DefaultFilter):
    """The files whose change asks for another preview.

    Hidden files are not: an append stages its files under hidden names in the log's own folder.
    """

    def __init__(self, folders: Sequence[Path], files: Sequence[Path], previews: Path) -> None:
        super().__init__()
        self._folders = folders
        self._files = set(files)
        # Where previews and builds write, should that lie within a watched folder.
        self._previews = previews

    def __call__(self, change: Change, path: str) -> bool:
        changed = Path(path)
        if changed.name.startswith(".") or not super().__call__(change, path):
            return False
        if changed in self._files:
            return True
        folder = next((one for one in self._folders if changed.is_relative_to(one)), None)
        if folder is None or changed.is_relative_to(self._previews):
            return False
        return not any(part.startswith(".") for part in changed.relative_to(folder).parts)


def changes(settings: Settings, batch: Sequence[Path]) -> Iterator[None]:
    """Wait for changes of the log, its texts, the seeds and the batch.

    It watches from its start on: a change that comes while a preview is made is told by the next
    step.

    Args:
        settings: Where they lie.
        batch: The files and folders of the batch.

    Yields:
        Once at the start, and then whenever files have changed.
    """
    logs = (settings.events_dir, settings.seeds_dir, settings.reports_dir)
    folders = [path.resolve() for path in (*logs, *batch) if path.is_dir()]
    files = [path.resolve() for path in batch if not path.is_dir()]
    # An editor may put a new file in the place of the old: the folder sees that, the file does not.
    watched = dict.fromkeys([*folders, *(file.parent for file in files)])
    found = watch(
        *watched,
        watch_filter=_Watched(folders, files, settings.preview_dir.resolve()),
        yield_on_timeout=True,
        rust_timeout=_LOOKS,
        step=50,
        raise_interrupt=True,
    )
    is_first = True
    for changed in found:
        if changed or is_first:
            is_first = False
            yield
