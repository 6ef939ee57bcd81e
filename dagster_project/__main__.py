"""Dagster's page and daemon on this machine: ``make dev`` runs it.

Arguments are those of ``dagster dev``, such as ``-p 3001``.
"""

import logging
import os
import shutil
import signal
import sys
import warnings
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path

from inspections.processes import SAFE_PATH
from inspections.settings import DEFINITIONS, PROJECT

_PORT = "3000"


def main(arguments: list[str]) -> None:
    """Start the page and the daemon, and end both with this process.

    Args:
        arguments: Options of ``dagster dev``.
    """
    home = Path(os.environ.get("DAGSTER_HOME") or PROJECT / "data" / "dagster")
    home.mkdir(parents=True, exist_ok=True)
    shutil.copy(PROJECT / "dagster.yaml", home)
    os.environ.update(DAGSTER_HOME=str(home), DAGSTER_DISABLE_TELEMETRY="1", **SAFE_PATH)
    # Dagster ends its processes on an interrupt. One that was started in the background ignores
    # interrupts, and with them the request to end.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Neither is about anything that an operator does: the settings were copied just now, and the
    # command that is to take the place of this one is not installed.
    logging.getLogger("dagster").addFilter(
        lambda record: not record.getMessage().startswith("Found a dagster instance config")
    )
    warnings.filterwarnings("ignore", message="Function `dev_command` is superseded")
    port = next(
        (value for name, value in pairwise(arguments) if name == "-p"),
        _PORT,
    )
    print(
        f"Dagster's page: http://127.0.0.1:{port}, in about half a minute. End it with Ctrl-C.",
        flush=True,
    )
    (dagster,) = entry_points(group="console_scripts", name="dagster")
    sys.argv = ["dagster", "dev", "-m", DEFINITIONS, "-p", port, *arguments]
    dagster.load()()


if __name__ == "__main__":
    main(sys.argv[1:])
