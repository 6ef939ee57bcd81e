"""Dagster's page and daemon on this machine: ``make dev`` runs it.

Arguments are those of ``dagster dev``, such as ``-p 3001``.
"""

import logging
import multiprocessing
import os
import shutil
import signal
import sys
import warnings
from contextlib import suppress
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path

from inspections.processes import SAFE_PATH
from inspections.settings import DEFINITIONS, PROJECT

_PORT = "3000"
# Seconds that Dagster's processes get to end. Dagster itself waits a minute for each in turn.
_PATIENCE = 30


def main(arguments: list[str]) -> int:
    """Start the page and the daemon, and end every process of theirs with this one.

    An interrupt, a request to end and a closed terminal all end it. A second interrupt does not
    wait.

    Args:
        arguments: Options of ``dagster dev``.

    Returns:
        The exit code: that of Dagster, or 0 if a person ended it.
    """
    home = Path(os.environ.get("DAGSTER_HOME") or PROJECT / "data" / "dagster")
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT / "dagster.yaml", home)
    os.environ.update(DAGSTER_HOME=str(home), DAGSTER_DISABLE_TELEMETRY="1", **SAFE_PATH)
    port = next(
        (value for name, value in pairwise(arguments) if name == "-p"),
        _PORT,
    )
    print(
        f"Dagster's page: http://127.0.0.1:{port}, in about half a minute. End it with Ctrl-C.",
        flush=True,
    )
    # A process that a shell started in the background ignores interrupts, and so would Dagster.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    dagster = multiprocessing.get_context("fork").Process(
        target=_become_dagster, args=(["dev", "-m", DEFINITIONS, "-p", port, *arguments],)
    )
    dagster.start()
    assert dagster.pid is not None
    try:
        dagster.join()
        return dagster.exitcode or 0
    except KeyboardInterrupt:
        with suppress(KeyboardInterrupt, ProcessLookupError):
            # A signal to the whole group comes twice: directly, and once more from make.
            for name in (signal.SIGTERM, signal.SIGHUP):
                signal.signal(name, signal.SIG_IGN)
            os.kill(dagster.pid, signal.SIGINT)
            dagster.join(_PATIENCE)
        return 0
    finally:
        with suppress(ProcessLookupError):
            os.killpg(dagster.pid, signal.SIGKILL)


def _become_dagster(arguments: list[str]) -> None:
    # A group of its own: the terminal's interrupt reaches Dagster once, by way of the process that
    # waits for it, and whatever Dagster leaves can be ended.
    os.setpgid(0, 0)
    # Neither is about anything that an operator does: the settings were copied just now, and the
    # command that is to take the place of this one is not installed.
    logging.getLogger("dagster").addFilter(
        lambda record: not record.getMessage().startswith("Found a dagster instance config")
    )
    warnings.filterwarnings("ignore", message="Function `dev_command` is superseded")
    (command,) = entry_points(group="console_scripts", name="dagster")
    sys.argv = ["dagster", *arguments]
    command.load()()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
