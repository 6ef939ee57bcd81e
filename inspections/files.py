"""Shared file functions: syncing, atomic replacement, locks.

What belongs here: how a file or a folder is put in the place of another so that a reader finds one
or the other, and how processes keep out of each other's way. What does not: what the files hold.
"""

import ctypes
import errno
import fcntl
import os
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def sync(path: Path) -> None:
    """Have a file, or a folder's list of files, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def shown(path: Path) -> str:
    """A path for messages: the name within its folder, without the folder's location."""
    return f"{path.parent.name}/{path.name}"


def remove(path: Path) -> bool:
    """Remove a leftover file; return whether there was one."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def beside(path: Path, what: str) -> Path:
    """The hidden name under which a file or folder waits next to the one it is to replace."""
    return path.with_name(f".{path.name}.{what}")


def replace_file(path: Path, content: bytes) -> None:
    """Write a file by one rename, synced: a reader finds the old one or the new one."""
    staged = beside(path, "new")
    try:
        staged.write_bytes(content)
        sync(staged)
        staged.replace(path)
    finally:
        remove(staged)
    sync(path.parent)


def swap_folder(new: Path, target: Path) -> None:
    """Put a folder in the place of another, which is removed: readers find one or the other.

    Linux exchanges the two in one step. Elsewhere there are two renames, with an instant between
    them at which a reader finds no folder.
    """
    old = beside(target, "old")
    shutil.rmtree(old, ignore_errors=True)
    if not target.exists():
        new.rename(target)
    elif _exchange(new, target):
        shutil.rmtree(new)
    else:
        target.rename(old)
        new.rename(target)
        shutil.rmtree(old)
    sync(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step, if the system can; return whether it did."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    here, exchange = -100, 2
    return bool(renameat2(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def is_own_folder(path: Path) -> bool:
    """Whether nothing is there, or a folder that is no link: what may be replaced whole."""
    return not path.is_symlink() and (not path.exists() or path.is_dir())


class StillLockedError(Exception):
    """Another process holds a lock for longer than one waits."""


@contextmanager
def exclusive_lock(
    descriptor: int, wait_seconds: float, waiting: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hold the operating system's lock on an open file or folder.

    It goes with its process, however that ends, so that no stale one can block the next.

    Args:
        descriptor: The open file, which is closed at the end.
        wait_seconds: How long to wait for another holder.
        waiting: Called once, where there is a wait.

    Raises:
        StillLockedError: Another process holds it after the wait.
    """
    try:
        deadline = time.monotonic() + wait_seconds
        has_waited = False
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not has_waited:
                    waiting()
                    has_waited = True
                if time.monotonic() >= deadline:
                    raise StillLockedError from None
                time.sleep(0.1)
        yield
    finally:
        os.close(descriptor)


def check_is_regular(path: Path) -> None:
    """Find pipes and devices, which must not be read: reading a pipe blocks without a writer.

    Raises:
        OSError: It is a pipe, a device, a folder, or a link that leads nowhere or in a circle; the
            system's own words say which.
    """
    mode = path.stat().st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "It is a pipe or a device", str(path))


def read_file(path: Path) -> bytes:
    """Read a file whole, but no pipe or device.

    Raises:
        OSError: It is none, or cannot be read.
    """
    check_is_regular(path)
    return path.read_bytes()
