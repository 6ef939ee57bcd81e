"""Failures that a person can fix, as opposed to bugs of this program, and their sentences.

This module has the base class of these failures, and turns any failure into a sentence for every
command and for Dagster. The messages themselves are written where they are raised.
"""

import errno
import os
import re
import sys
from pathlib import Path

# What the system says of a disk: full, too small a quota, read-only, broken.
_OF_THE_DISK = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS, errno.EIO)


# Where Java's words end and its stack of calls begins.
_STACK = re.compile(r"\s*(at [\w.$]+\(|JVM stacktrace|\.\.\. \d+ more)")
_CAUSE = re.compile(r"^\s*Caused by: (?:[\w.$]+: )?(.+)$", re.MULTILINE)


class ActionableError(Exception):
    """A failure that a person can fix; the message says what is wrong and what to do.

    Args:
        message: What is wrong and what to do, in plain words.
        details: Further lines, one a finding.
        can_retry: Whether the same input may succeed later, as with a lock.
        code: The runbook entry that says more than the message, if there is one.
    """

    def __init__(
        self,
        message: str,
        details: list[str] | None = None,
        can_retry: bool = False,
        code: str | None = None,
    ) -> None:
        message = with_code(message, code) if code else message
        super().__init__("\n".join([message, *(details or [])]))
        self.message = message
        self.details = details or []
        self.can_retry = can_retry


class BuildFailure(ActionableError):
    """The build cannot go on; nothing was published."""


class SettingError(ActionableError):
    """A setting of the environment, or an option, is not as expected."""


def with_code(message: str, code: str) -> str:
    """Append the code of a runbook entry to a message: the code outlives every copy of the text."""
    return f"{message} [{code}]"


def is_of_the_disk(error: BaseException) -> bool:
    """Whether an error is one of reading or writing, not of the program.

    DuckDB wraps what the system says: of a full disk in a failed commit or checkpoint too. It is
    looked for only where something has imported it: the command line has not always.
    """
    duckdb = sys.modules.get("duckdb")
    return (
        isinstance(error, OSError)
        or (duckdb is not None and isinstance(error, duckdb.IOException))
        or any(os.strerror(number) in str(error) for number in _OF_THE_DISK)
    )


def without_paths(error: BaseException) -> str:
    """Message of a disk error in one line, with file names in place of paths."""
    if isinstance(error, OSError):
        said = error.strerror or str(error)
        name = error.filename if isinstance(error.filename, str) else ""
        return f"{Path(name).name}: {said}" if name else said
    words = str(error).split("\n")[0].split(" ")
    return " ".join(Path(word.strip("\"'")).name if "/" in word else word for word in words)


def first_words(message: str, longest: int = 400) -> str:
    """An engine's error message in one line: the text before the stack, and the last cause."""
    causes = _CAUSE.findall(message)
    if causes:
        cause = first_words(causes[-1], longest // 2)
        return f"{first_words(_CAUSE.sub('', message), longest)} (cause: {cause})"
    lines = []
    for line in message.splitlines():
        if _STACK.match(line):
            break
        lines.append(line)
    words = " ".join(" ".join(lines).split())
    return words if len(words) <= longest else words[: longest - 1] + "…"


def raise_if_interrupted(error: Exception) -> None:
    """Raise the interrupt that DuckDB wrapped in an error of its own.

    DuckDB looks for signals while it runs a query. Where it finds one, it raises a RuntimeError
    whose cause is the interrupt, and whoever handles errors would go on.

    Args:
        error: The error that was caught.

    Raises:
        KeyboardInterrupt: The error is an interrupt.
    """
    if isinstance(error.__cause__, KeyboardInterrupt):
        raise error.__cause__


def sentence_of(error: BaseException) -> str | None:
    """The sentence for a failure that people can act on; None for a fault of the program.

    Args:
        error: What was raised.

    Returns:
        The message and its details, one line each.
    """
    if isinstance(error, ActionableError):
        return str(error)
    if isinstance(error, OSError) or is_of_the_disk(error):
        return with_code(
            f"A file could not be read or written: {without_paths(error)}. Nothing was changed."
            " Fix that and run the command again.",
            "disk-or-rights",
        )
    return None
