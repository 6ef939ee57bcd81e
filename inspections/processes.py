"""Environment variables that child processes get in addition.

What belongs here: settings of the interpreter itself. Settings of the product do not: see
:mod:`inspections.settings`.
"""

import os
from collections.abc import Mapping

# Without it Python puts the working directory first on its path (`-c`, `-m`), and runs a
# `duckdb.py` that lies there, such as beside somebody's data, in place of DuckDB.
SAFE_PATH = {"PYTHONSAFEPATH": "1"}


def child_environment(settings: Mapping[str, str] | None = None) -> dict[str, str]:
    """Make the environment of a child process, whose Python imports only installed code.

    Every child process of the product is started with it, whatever its program: that may be a
    script of Python's, or start Python itself.

    Args:
        settings: Variables beside those of this process, which they replace.
    """
    return {**os.environ, **(settings or {}), **SAFE_PATH}
