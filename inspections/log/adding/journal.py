"""Changing the log's files all or nothing: the lock, staged files, the journal, recovery.

New versions of files are staged in the events folder. A journal then says that they are whole: from
that instant on they are the log, whatever happens, since every reader of the log and every next
command first finishes what the journal says. Without a journal, staged files are removed.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from inspections.errors import ActionableError
from inspections.files import StillLockedError, exclusive_lock, remove, sync

JOURNAL = ".append-journal.json"
STAGED = ".append-"
# Lists the staged files that lie outside the events folder, beside the files that they replace.
_ELSEWHERE = f"{STAGED}elsewhere.json"
_WAIT_SECONDS = 60.0


class JournalError(ActionableError):
    """The log cannot be written, or an interrupted append cannot be finished."""


@contextmanager
def log_lock(events_dir: Path, wait_seconds: float = _WAIT_SECONDS) -> Iterator[str]:
    """Hold the log for writing, and finish what an interrupted append left.

    The lock is on the folder itself and ends with its process.

    Yields:
        What was finished or tidied up, in words; empty if nothing was left.

    Raises:
        JournalError: Another append is still running, or there is no such folder.
    """
    try:
        descriptor = os.open(events_dir, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise JournalError(
            f"There is no events folder {events_dir.name!r} to append to: {error.strerror}.",
            code="no-event-files",
        ) from error
    try:
        with exclusive_lock(descriptor, wait_seconds):
            yield recover(events_dir)
    except StillLockedError:
        raise JournalError(
            "Another append is running. Nothing was changed: run this one again when it has ended.",
            can_retry=True,
        ) from None


def finish_interrupted_append(events_dir: Path) -> str:
    """Finish an append that was killed after its journal, before the log is read.

    A journal exists for the instant in which an append puts its files in place. If that append is
    still running, this waits for its lock.

    Returns:
        What was done, in words; empty if there was no journal.

    Raises:
        JournalError: The append cannot be finished; the message says why.
    """
    if not (events_dir / JOURNAL).exists():
        return ""
    with log_lock(events_dir) as recovered:
        return recovered


def staged_path(events_dir: Path, target: Path) -> Path:
    """Where the new version of a file waits, whatever folder that file is in."""
    return events_dir / f"{STAGED}{target.name}"


def recover(events_dir: Path) -> str:
    """Finish an append that was interrupted after its journal, or forget one before it.

    Args:
        events_dir: The folder of the log, whose lock is held.

    Returns:
        What was done, in words; empty if nothing was left.

    Raises:
        JournalError: The journal is not one that an append wrote, a file that it names is neither
            staged nor in place, or a file cannot be put in place.
    """
    folder = events_dir.resolve()
    journal = folder / JOURNAL
    if journal.exists():
        _finish(folder, _read_journal(journal))
        return (
            "An earlier append was interrupted after its batch was complete: it is in the log now."
        )
    leftovers = [*_elsewhere(folder), *folder.glob(f"{STAGED}*")]
    if sum([remove(path) for path in leftovers if path.is_file()]):
        return (
            "An earlier append was interrupted before its batch was complete: the log is unchanged."
        )
    return ""


def commit(events_dir: Path, staged: Mapping[Path, Path]) -> None:
    """Put staged files in the place of the files of the log, all or none.

    A file that is a symbolic link stays one: the file that it leads to is replaced.

    Args:
        events_dir: The folder of the log, whose lock is held.
        staged: The staged file in the events folder by the file that it is to replace, each synced.

    Raises:
        JournalError: A file could not be written. The log is as it was; or, if the journal was
            written before the disk failed, the message says that the batch is whole.
    """
    folder = events_dir.resolve()
    made: list[Path] = []
    try:
        places = _beside_their_targets(folder, staged, made)
        entries = {
            os.path.relpath(target, folder): {
                "staged": os.path.relpath(new, folder),
                "sha256": _digest(new),
            }
            for target, new in places.items()
        }
        _write_synced(folder, JOURNAL, entries)
    except BaseException as error:
        # With the journal there, the batch is whole, whatever failed since.
        if not (folder / JOURNAL).exists():
            for path in [*staged.values(), *folder.glob(f"{STAGED}*")]:
                remove(path)
            _remove_again(made)
            if isinstance(error, OSError):
                raise could_not_be_written(error) from error
        if not isinstance(error, OSError):
            raise
    _finish(folder, entries)


def could_not_be_written(error: OSError) -> JournalError:
    """Failure to write a batch to the disk."""
    return JournalError(
        f"The batch could not be written: {error.strerror}; the log is as it was. Make room or make"
        " the folder writable, and run it again.",
        code="disk-or-rights",
    )


def _beside_their_targets(
    folder: Path, staged: Mapping[Path, Path], made: list[Path]
) -> dict[Path, Path]:
    """Copy files that replace one outside the events folder to where a rename can place them."""
    places = {target.resolve(): new for target, new in staged.items()}
    away = {
        target: target.with_name(f"{STAGED}{secrets.token_hex(4)}-{target.name}")
        for target in places
        if target.parent != folder
    }
    if away:
        _write_synced(folder, _ELSEWHERE, [os.path.relpath(new, folder) for new in away.values()])
    for target, new in away.items():
        for parent in [*reversed(target.parents)]:
            if not parent.exists():
                parent.mkdir()
                made.append(parent)
                sync(parent.parent)
        made.append(new)
        shutil.copyfile(places[target], new)
        sync(new)
        sync(new.parent)
    return {**places, **away}


def _remove_again(made: list[Path]) -> None:
    for path in reversed(made):
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()


def _finish(folder: Path, entries: Mapping[str, Mapping[str, str]]) -> None:
    """Put the staged files of a journal in place, and remove it.

    Raises:
        JournalError: One is neither staged nor in place, or the disk does not take it.
    """
    for name, entry in entries.items():
        target, new = _within(folder, name), _within(folder, entry["staged"])
        # A journal of an earlier version has no digest: there the staged file's place was taken.
        in_place = target.is_file() and entry["sha256"] in ("", _digest(target))
        if not new.is_file() and not in_place:
            raise JournalError(
                f"{target.name}: an append was interrupted, and its new version {new.name} is"
                " neither staged nor in place. Nothing was read or changed. Restore"
                f" {new.name} from a backup of the folder; or restore the whole log as it was"
                f" before that append, and remove {JOURNAL}.",
                code="interrupted-append",
            )
    try:
        for name, entry in entries.items():
            target, new = _within(folder, name), _within(folder, entry["staged"])
            if new.is_file():
                new.replace(target)
                sync(target.parent)
        # What copies were made of, and the list of those. The journal goes last: without it they
        # would be taken for a batch that was not whole.
        for path in folder.glob(f"{STAGED}*"):
            if path.name != JOURNAL:
                remove(path)
        sync(folder)
        remove(folder / JOURNAL)
        sync(folder)
    except OSError as error:
        raise JournalError(
            f"The batch is safe, but some files could not be put in place: {error.strerror}. Make"
            " the log's folders writable and run the command again: it finishes the batch.",
            can_retry=True,
            code="interrupted-append",
        ) from error


def _read_journal(journal: Path) -> dict[str, dict[str, str]]:
    try:
        said = json.loads(journal.read_text("utf-8")).items()
        return {
            str(name): {"staged": entry, "sha256": ""}
            if isinstance(entry, str)
            else {"staged": str(entry["staged"]), "sha256": str(entry["sha256"])}
            for name, entry in said
        }
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise JournalError(
            f"{JOURNAL} in the events folder is no journal of an append: it was edited. Remove it"
            f" and the files {STAGED}* beside it to have the log as it was before that append."
        ) from error


def _elsewhere(folder: Path) -> list[Path]:
    """The staged files outside the events folder that an interrupted append has listed."""
    try:
        listed = json.loads((folder / _ELSEWHERE).read_text("utf-8"))
    except (OSError, ValueError):
        return []
    paths = [_within(folder, str(name)) for name in listed]
    return [path for path in paths if path.name.startswith(STAGED)]


def _within(folder: Path, name: str) -> Path:
    """A path that a journal names from its folder on, whose parts are no symbolic links."""
    return Path(os.path.normpath(folder / name))


def _write_synced(folder: Path, name: str, content: object) -> None:
    new = folder / f"{name}.new"
    new.write_text(json.dumps(content), encoding="utf-8")
    sync(new)
    sync(folder)
    new.replace(folder / name)
    sync(folder)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
