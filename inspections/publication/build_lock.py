"""Lock that allows one build at a time in a data folder."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from inspections.errors import BuildFailure
from inspections.files import StillLockedError, exclusive_lock

WAIT_SECONDS = 60.0


@contextmanager
def build_lock(
    path: Path,
    wait_seconds: float = WAIT_SECONDS,
    waiting: Callable[[str], None] = lambda holder: None,
) -> Iterator[None]:
    """Hold the lock of a data folder.

    Args:
        path: The lock's file, in which its holder notes its process id.
        wait_seconds: How long to wait for another holder.
        waiting: Told once who holds it, where there is a wait.

    Raises:
        BuildFailure: Another build still runs after the wait, or the folder cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise BuildFailure(
            f"The folder {path.parent.name!r} cannot be written: {error.strerror}. Make it"
            " writable, or publish elsewhere with --warehouse.",
            code="disk-or-rights",
        ) from error
    holder = "unknown"

    def note_holder() -> None:
        nonlocal holder
        holder = os.pread(descriptor, 100, 0).decode("ascii", "replace") or "unknown"
        waiting(holder)

    try:
        with exclusive_lock(descriptor, wait_seconds, note_holder):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            yield
    except StillLockedError:
        raise BuildFailure(
            f"Another build is running (process {holder}). Nothing was changed: run this one again"
            " when it has ended.",
            can_retry=True,
            code="another-build",
        ) from None
