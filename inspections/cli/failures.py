"""How a command that fails ends: a sentence and an exit code, for all commands in one place."""

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import typer
from typer.core import TyperGroup

from inspections.errors import raise_if_interrupted, sentence_of

# What a shell gives a process that was ended by a signal: 128 and its number.
INTERRUPTED, TERMINATED = 130, 143
_LIFTING = ("retract", "reinstate")


class TerminatedError(KeyboardInterrupt):
    """SIGTERM, which ends a command as an interrupt at the keyboard does."""


class Commands(TyperGroup):
    """The commands, each of which ends in a sentence whatever it meets."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; print a failure as a sentence, and write a bug's traceback to a file."""
        try:
            try:
                return super().invoke(ctx)
            except RuntimeError as error:
                raise_if_interrupted(error)
                raise
        except KeyboardInterrupt as interrupt:
            # A second signal must not cut the sentence short.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            what = {
                "build": "nothing was published",
                "export": "what was in the folder stays",
                "query": "a query changes nothing",
                "intake": "nothing was proposed",
                "preview": "the last preview stays",
                "review": "every decision is saved",
            }.get(ctx.invoked_subcommand or "", "the log is whole")
            # A command that does many things one by one says how far it came.
            what = next((told for told in interrupt.args if isinstance(told, str)), what)
            typer.echo(f"Interrupted; {what}.", err=True)
            is_terminated = isinstance(interrupt, TerminatedError)
            raise typer.Exit(TERMINATED if is_terminated else INTERRUPTED) from None
        except Exception as error:
            # Typer's own, such as a missing option, know how they are shown; a closed pipe is
            # nobody's mistake.
            if isinstance(error, (typer.Exit, typer.Abort, BrokenPipeError)) or hasattr(
                error, "exit_code"
            ):
                raise
            # What a build or an append tells goes to one stream, in its order.
            is_told_aside = ctx.invoked_subcommand not in ("build", "append", "preview", *_LIFTING)
            # Not at the start: `--help` answers at once.
            from inspections.runbook import what_to_do

            said = sentence_of(error) or _fault(error)
            typer.echo("\n".join(filter(None, (said, what_to_do(said)))), err=is_told_aside)
            raise typer.Exit(1) from None


def _fault(error: Exception) -> str:
    """Note the traceback where it can be found, and say so."""
    first_line = (str(error).splitlines() or [""])[0]
    told = f"{type(error).__name__}: {first_line}"
    try:
        descriptor, name = tempfile.mkstemp(prefix="inspections-fault-", suffix=".log")
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write("".join(traceback.format_exception(error)))
    except OSError:
        return f"The command stopped on a bug of this program: {told}. Please report it."
    return (
        f"The command stopped on a bug of this program: {told}. Please report it with"
        f" {Path(name).name} in the folder of temporary files."
    )


@contextmanager
def received_signals() -> Iterator[Callable[[], bytes]]:
    """Record the signals that arrive: Dagster reports them only as a step's failure.

    Yields:
        What tells the numbers of those that have arrived, a byte each.
    """
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)

    def received() -> bytes:
        try:
            return os.read(reading, 100)
        except BlockingIOError:
            return b""

    try:
        yield received
    finally:
        signal.set_wakeup_fd(before)
        os.close(reading)
        os.close(writing)


def prepare_process() -> None:
    """Have SIGTERM end a command in order, and streams replace what they cannot show."""
    signal.signal(signal.SIGTERM, _terminate)
    for stream in (sys.stdout, sys.stderr):
        # A terminal of another encoding than UTF-8 cannot show each name; no reason to stop.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _terminate(number: int, frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise TerminatedError
