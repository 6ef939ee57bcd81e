"""Finds the event files of a folder, and other files that look like more rows."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from inspections.errors import ActionableError
from inspections.log.adding.journal import finish_interrupted_append
from inspections.log.declaration import event_types

# What lies beside event files and holds none.
NO_EVENTS = ("documents.csv", "intake_decisions.csv")


class EventFolderError(ActionableError):
    """There is no log to read: the folder of event files is missing or empty."""


def shown_name(path: Path) -> str:
    """A file's name, with bytes that are not UTF-8 made visible."""
    return os.fsencode(path.name).decode("utf-8", "backslashreplace")


def state_of(path: Path) -> tuple[int, int]:
    """A file's size and time of change, by which a later change shows; zeros where it has none."""
    try:
        state = path.stat()
    except OSError:
        return 0, 0
    return state.st_size, state.st_mtime_ns


@dataclass(frozen=True)
class FoundFiles:
    """Files found in the folder of event files.

    Attributes:
        paths: The event files, by name.
        passed_over: What looks like rows and is not read, each in words.
    """

    paths: list[Path]
    passed_over: list[str]


def find_event_files(folder: Path, beside: Iterable[str] = ()) -> FoundFiles:
    """Find the event files of a folder, and other files that look like more rows.

    Every command, the sensor and the digests look here, so that what one sees all do.

    Args:
        folder: The folder of a log, or of a batch.
        beside: Names that belong there and are no event files.

    Returns:
        Every ``*.csv``, whatever the capitals of its ending, but the list of documents, the
        decisions on proposed rows, and hidden files, which an editor or an interrupted append has
        left.

    Raises:
        EventFolderError: The folder is missing, is not a folder, or cannot be read.
    """
    if not folder.is_dir():
        raise EventFolderError(
            f"There is no events folder {folder.name!r}. Expected a folder of files such as"
            " visits_held.csv: make it, or name another with --events or EVENTS_DIR.",
            code="no-event-files",
        )
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise EventFolderError(
            f"The events folder {folder.name!r} cannot be read: {error.strerror or error}."
            " Give the user who runs the build the right to read it.",
            code="disk-or-rights",
        ) from error
    paths, passed_over = [], []
    for path in entries:
        name = path.name
        if name.startswith(".") or name in NO_EVENTS or name in beside:
            continue
        if name.lower().endswith(".csv"):
            paths.append(path)
        elif _looks_like_rows(path):
            passed_over.append(
                f"{folder.name}/{shown_name(path)} is not read: an event file lies in the folder"
                " itself and ends in .csv. Rename or move it if it holds rows of the log."
            )
    return FoundFiles(paths, passed_over)


def _looks_like_rows(path: Path) -> bool:
    """Whether a name that is not read is that of an event file, or of a folder of some."""
    name = path.name.lower()
    if ".csv" in name or name.split(".")[0] in event_types():
        return True
    try:
        return path.is_dir() and any(
            entry.name.lower().endswith(".csv") for entry in path.iterdir()
        )
    except OSError:
        return False


def event_file_paths(events_dir: Path) -> list[Path]:
    """The event files of a log, by name, after an interrupted append has been finished.

    Every reader of the log comes by here first, so that none reads half of a batch.

    Args:
        events_dir: The folder of the log.

    Returns:
        The files that :func:`find_event_files` finds.

    Raises:
        EventFolderError: The folder is missing, is not a folder, cannot be read, or holds no
            event file.
        JournalError: An append was interrupted, and cannot be finished.
    """
    if events_dir.is_dir():
        finish_interrupted_append(events_dir)
    paths = find_event_files(events_dir).paths
    if not paths:
        raise EventFolderError(
            f"The events folder {events_dir.name!r} holds no event file. Expected files such as"
            " visits_held.csv: add one, or name another folder with --events or EVENTS_DIR.",
            code="no-event-files",
        )
    return paths
