"""``inspections build``: the Dagster job in this process, with its progress and its result."""

import contextlib
import importlib
import logging
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from inspections.cli.failures import TerminatedError, received_signals
from inspections.cli.summary import summarise
from inspections.errors import ActionableError, sentence_of
from inspections.files import shown
from inspections.progress import listen
from inspections.settings import DEFINITIONS, Settings

_STEPS = {"replay": "replay the log", "check": "check the tables", "publish": "publish"}


def run_build(console: Console) -> int:
    """Run the job that Dagster runs, and tell how it goes.

    Args:
        console: Where to tell it: a display on a terminal, plain lines elsewhere.

    Returns:
        The exit code: 0 published, 1 nothing was.
    """
    settings = Settings.from_environment()
    started = time.monotonic()
    log_path = settings.data_dir / "build.log"
    before = _identity(settings.warehouse_path)
    # Rich keeps the stream it was made with; what steps print goes to the log.
    terminal = Console(file=sys.stdout, force_terminal=console.is_terminal or None)
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
        with _display(terminal) as listener:
            stop = listen(listener)
            try:
                with (
                    received_signals() as received,
                    contextlib.redirect_stdout(log),
                    contextlib.redirect_stderr(log),
                ):
                    failure = _execute()
                    numbers = received()
                if failure and signal.SIGTERM in numbers:
                    raise TerminatedError
                if failure and signal.SIGINT in numbers:
                    raise KeyboardInterrupt
            except Exception as error:
                failure = sentence_of(error) or _fault(settings, log, log_path)
            finally:
                stop()
    except KeyboardInterrupt:
        if _identity(settings.warehouse_path) == before:
            raise
        terminal.print("Interrupted, after the file had been published.", highlight=False)
        raise
    finally:
        # A disk that is full must not hide the reason by a second complaint.
        with contextlib.suppress(OSError):
            log.close()
    if failure:
        terminal.print(failure, markup=False, highlight=False, soft_wrap=True)
        terminal.print(what_stays(settings), markup=False, highlight=False)
        return 1
    summarise(terminal, settings, time.monotonic() - started)
    return 0


def _identity(file: Path) -> tuple[int, int] | None:
    """What tells one publication from the next, without opening it."""
    try:
        state = file.stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns


def _fault(settings: Settings, log: TextIO, log_path: Path) -> str:
    with contextlib.suppress(OSError):
        log.write(traceback.format_exc())
    return (
        "The build stopped on a fault of the program; nothing was published. Please report it with"
        f" {settings.data_dir.name}/{log_path.name}."
    )


def _execute() -> str:
    """Run the job; return what failed in words, or nothing."""
    from dagster import DagsterInstance

    logging.getLogger("dagster").setLevel(logging.INFO)
    try:
        defs = importlib.import_module(DEFINITIONS).defs
    except ActionableError as failure:
        return str(failure)

    with DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def("publish_warehouse").execute_in_process(
            instance=instance, raise_on_error=False
        )
    if result.success:
        return ""
    return _first_failure(result.all_events)


def _first_failure(events: Sequence[Any]) -> str:
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
            return (
                "The build stopped on a fault of the program; nothing was published. Please"
                f" report it with build.log: {error.message.strip()}"
            )
    return "The build failed; nothing was published. See build.log."


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
    """What readers find after a build that failed."""
    if settings.warehouse_path.exists():
        return f"The last publication, {shown(settings.warehouse_path)}, stays as it was."
    return "There is no earlier publication."
