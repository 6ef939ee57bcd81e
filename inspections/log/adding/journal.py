"""Changing the log's files all or nothing: the lock, staged files, the journal, recovery.

The new versions of files are staged beside the old ones. A journal then says that they are whole:
from that instant on they are the log, whatever happens, since every next command finishes what the
journal says. Without one, they are forgotten.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from inspections.files import StillLockedError, exclusive_lock, remove, sync
from inspections.log.gate import GateError

JOURNAL = ".append-journal.json"
STAGED = ".append-"
_WAIT_SECONDS = 60.0


@contextmanager
def log_lock(events_dir: Path, wait_seconds: float = _WAIT_SECONDS) -> Iterator[str]:
    """Hold the log for writing, and finish what an interrupted append left.

    The lock is on the folder itself and goes with its process.

    Yields:
        What was finished or tidied up, in words; empty where nothing was left.

    Raises:
        GateError: Another append runs still, or there is no such folder.
    """
    try:
        descriptor = os.open(events_dir, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise GateError(
            f"There is no events folder {events_dir.name!r} to append to: {error.strerror}."
        ) from error
    try:
        with exclusive_lock(descriptor, wait_seconds):
            yield recover(events_dir)
    except StillLockedError:
        raise GateError(
            "Another append is running. Nothing was changed: run this one again when it has ended.",
            can_retry=True,
        ) from None


def staged_path(target: Path) -> Path:
    """Where the new version of a file waits, beside the old one."""
    return target.with_name(f"{STAGED}{target.name}")


def recover(events_dir: Path) -> str:
    """Finish an append that was interrupted after its journal, or forget one before it.

    Returns:
        What was done, in words; empty where nothing was left.

    Raises:
        GateError: The journal is none that an append wrote.
    """
    journal = events_dir / JOURNAL
    if journal.exists():
        try:
            staged: dict[str, str] = dict(json.loads(journal.read_text("utf-8")).items())
        except (ValueError, AttributeError) as error:
            raise GateError(
                f"{JOURNAL} in the events folder is no journal of an append. Look at the files"
                f" {STAGED}* beside it: remove it and them to have the log as it was."
            ) from error
        for name, new in staged.items():
            if (events_dir / new).exists():
                (events_dir / new).replace(events_dir / name)
                sync((events_dir / name).parent)
        sync(events_dir)
        journal.unlink()
        sync(events_dir)
        return (
            "An earlier append was interrupted when its batch was already whole: it is in the"
            " log now."
        )
    leftovers = [path for path in events_dir.glob(f"{STAGED}*") if path.is_file()]
    # The list of documents may lie among the seeds, a folder above the log.
    if staged_path(events_dir.parent / "documents.csv").is_file():
        leftovers.append(staged_path(events_dir.parent / "documents.csv"))
    for path in leftovers:
        remove(path)
    if leftovers:
        return (
            "An earlier append was interrupted before its batch was whole: the log is as it was"
            " before it."
        )
    return ""


def commit(events_dir: Path, staged: Mapping[Path, Path]) -> None:
    """Put staged files in the place of the files of the log, all or none.

    Args:
        events_dir: The folder of the log, whose lock is held.
        staged: The staged file by the one that it is to replace, each synced.

    Raises:
        GateError: The journal could not be written; the log is as it was.
    """
    names = {
        os.path.relpath(target, events_dir): os.path.relpath(new, events_dir)
        for target, new in staged.items()
    }
    journal = events_dir / f"{STAGED}journal.new"
    try:
        journal.write_text(json.dumps(names), encoding="utf-8")
        sync(journal)
        sync(events_dir)
        journal.replace(events_dir / JOURNAL)
        sync(events_dir)
    except OSError as error:
        raise could_not_be_written(error) from error
    recover(events_dir)


def could_not_be_written(error: OSError) -> GateError:
    """The sentence for a batch that did not reach the disk."""
    return GateError(
        f"The batch could not be written: {error.strerror}; the log is as it was. Make room or make"
        " the folder writable, and run it again."
    )
