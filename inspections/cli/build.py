"""``inspections build``: the Dagster job in this process, with its progress and its result."""

import contextlib
import importlib
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from inspections.cli.failures import (
    INTERRUPTED,
    TERMINATED,
    TerminatedError,
    received_signals,
)
from inspections.cli.summary import summarise
from inspections.errors import ActionableError, raise_if_interrupted, sentence_of, with_code
from inspections.files import shown
from inspections.progress import IN_PLACE, listen
from inspections.runbook import what_to_do
from inspections.settings import DEFINITIONS, Settings

_STEPS = {"replay": "replay the log", "check": "check the tables", "publish": "publish"}


def run_build(console: Console, settings: Settings) -> int:
    """Run Dagster's job, and print its progress.

    Args:
        console: Where to tell it: a display on a terminal, plain lines elsewhere.
        settings: What to build, and where.

    Returns:
        The exit code: 0 published, 1 nothing was.
    """
    started = time.monotonic()
    log_path = settings.build_log_path
    # Rich keeps the stream it was made with; what steps print goes to the log.
    terminal = _Terminal(file=sys.stdout, force_terminal=console.is_terminal or None)
    in_place: list[bool] = []
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        log = log_path.open("w", encoding="utf-8")
    except OSError as error:
        terminal.print(
            f"The folder {settings.data_dir.name!r} cannot be written: {error.strerror}. Make it"
            " writable, or publish elsewhere with --warehouse.",
            markup=False,
        )
        return 1
    try:
        with _display(terminal) as display:

            def note(step: str, done: int, of: int, what: str) -> None:
                if step == IN_PLACE:
                    in_place.append(True)
                else:
                    display(step, done, of, what)

            stop = listen(note)
            try:
                with (
                    received_signals() as received,
                    contextlib.redirect_stdout(log),
                    contextlib.redirect_stderr(log),
                ):
                    failure = _execute(settings, log_path)
                    numbers = received()
                if failure and signal.SIGTERM in numbers:
                    raise TerminatedError
                if failure and signal.SIGINT in numbers:
                    raise KeyboardInterrupt
            except Exception as error:
                raise_if_interrupted(error)
                failure = sentence_of(error) or _fault(log, log_path)
            finally:
                stop()
        if failure and not in_place:
            terminal.print(failure, markup=False, highlight=False, soft_wrap=True)
            terminal.print(what_stays(settings), markup=False, highlight=False)
            if answer := what_to_do(failure):
                terminal.print(answer, markup=False, highlight=False, soft_wrap=True)
            return 1
        _tell_of_publication(terminal, settings, failure, time.monotonic() - started, log)
    except KeyboardInterrupt as interrupt:
        if not in_place:
            raise
        terminal.print("Interrupted after the file was published.", highlight=False)
        return TERMINATED if isinstance(interrupt, TerminatedError) else INTERRUPTED
    finally:
        # A disk that is full must not hide the reason by a second complaint.
        with contextlib.suppress(OSError):
            log.close()
    return 0


class _Terminal(Console):
    """A console whose reader may go away, as ``head`` does: the build goes on without it."""

    def on_broken_pipe(self) -> None:
        """Print nothing more; Rich itself would end the process with exit code 1."""
        self.quiet = True
        # What the stream still holds would fail once more when Python closes it.
        with contextlib.suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.file.fileno())


def _tell_of_publication(
    terminal: Console, settings: Settings, failure: str, seconds: float, log: TextIO
) -> None:
    """Print what was published. The file is in place: nothing here fails the build."""
    try:
        if failure:
            terminal.print(
                f"{shown(settings.warehouse_path)} was published, but a later step failed."
                f" {failure.replace('; nothing was published', '')}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )
        summarise(terminal, settings, seconds)
    except Exception as error:
        raise_if_interrupted(error)
        with contextlib.suppress(OSError, ValueError):
            log.write(traceback.format_exc())
        with contextlib.suppress(OSError, ValueError):
            terminal.print(
                f"Published {shown(settings.warehouse_path)}. Its summary could not be printed"
                f" ({type(error).__name__}): please report it with"
                f" {shown(settings.build_log_path)}.",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )


def _fault(log: TextIO, log_path: Path) -> str:
    with contextlib.suppress(OSError):
        log.write(traceback.format_exc())
    return with_code(
        "The build stopped on a bug of this program; nothing was published. Please report it with"
        f" {shown(log_path)}.",
        "program-fault",
    )


def _execute(settings: Settings, log_path: Path) -> str:
    """Run the job; return what failed in words, or nothing."""
    from dagster import DagsterInstance

    logging.getLogger("dagster").setLevel(logging.INFO)
    try:
        defs = importlib.import_module(DEFINITIONS).defs
    except ActionableError as failure:
        return str(failure)

    with DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def("publish_warehouse").execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"resources": {"build": {"config": settings.as_overrides()}}},
        )
    if result.success:
        return ""
    return _first_failure(result.all_events, shown(log_path))


def _first_failure(events: Sequence[Any], log: str) -> str:
    for event in events:
        data = event.event_specific_data
        user_failure = getattr(data, "user_failure_data", None)
        if event.is_failure and user_failure is not None and user_failure.description:
            return str(user_failure.description)
    for event in events:
        error = getattr(event.event_specific_data, "error", None)
        while error is not None:
            if error.cls_name == "Failure" and error.message:
                return str(error.message).split("Failure: ", 1)[-1].strip()
            if error.cause is None:
                break
            error = error.cause
        if event.is_failure and error is not None:
            print(error.to_string())
            return with_code(
                "The build stopped on a bug of this program; nothing was published. Please"
                f" report it with {log}: {error.message.strip()}",
                "program-fault",
            )
    return f"The build failed; nothing was published. See {log}."


@contextlib.contextmanager
def _display(terminal: Console) -> Any:
    """Yield a listener: one live bar per step on a terminal, one line per step elsewhere."""
    if not terminal.is_terminal:
        seen: dict[str, float] = {}

        def plain(step: str, done: int, of: int, what: str) -> None:
            if step not in seen:
                seen[step] = time.monotonic()
                terminal.print(f"{_STEPS[step]} …", highlight=False)
            elif done == of and seen[step]:
                seconds = time.monotonic() - seen[step]
                seen[step] = 0.0
                terminal.print(f"{_STEPS[step]}: done, {seconds:.1f} s", highlight=False)

        yield plain
        return
    with Progress(
        TextColumn("{task.description:<18}"),
        BarColumn(),
        TextColumn("{task.completed:>3.0f}/{task.total:.0f}"),
        TimeElapsedColumn(),
        TextColumn("{task.fields[what]}"),
        console=terminal,
    ) as progress:
        tasks: dict[str, Any] = {}

        def live(step: str, done: int, of: int, what: str) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(_STEPS[step], total=of, what=what)
            progress.update(tasks[step], completed=done, total=of, what=what)

        yield live


def what_stays(settings: Settings) -> str:
    """Sentence on the publication that readers keep after a failed build."""
    if settings.warehouse_path.exists():
        return f"The last publication, {shown(settings.warehouse_path)}, stays as it was."
    return "There is no earlier publication."
