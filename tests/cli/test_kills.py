"""A few of the kills of ``tests/cli/kill_at_random.py``; that script makes as many as one likes."""

import os
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.kill_at_random import kill
from tests.conftest import EVENTS, Built

pytestmark = pytest.mark.minutes(2)

SPILL_AND_DIE = """
import os, signal, sys
from pathlib import Path
from inspections.database import connect
connection = connect(Path(sys.argv[1]))
connection.execute(
    "create table spilled as select n, md5(n::varchar) as a, md5(a) as b from range(2000000) as t(n)"
    " order by a"
)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
def test_killed_at_a_random_instant_nothing_is_torn(elmley: Built, tmp_path: Path) -> None:
    shutil.copytree(EVENTS, tmp_path / "events")
    (tmp_path / "data").mkdir()
    shutil.copy(elmley.warehouse, tmp_path / "data" / "warehouse.duckdb")
    # DuckDB leaves what it has spilled where it is killed.
    spilling = [
        subprocess.Popen(
            [sys.executable, "-c", SPILL_AND_DIE, str(tmp_path / "data" / name)],
            env={**os.environ, "MEMORY_LIMIT": "200MB"},
        )
        for name in ("build.duckdb", "build.duckdb", ".warehouse.duckdb.new")
    ]
    assert [process.wait() for process in spilling] == [-signal.SIGKILL] * 3
    spilled = sorted((tmp_path / "data").glob("*.spill/*"))
    assert len({path.parent for path in spilled}) == 3, "no two spill into one folder"
    for what in ("build", "append"):
        assert kill(what, 1, tmp_path, random.Random(7))["killed"] == 1
    assert not list((tmp_path / "data").glob("*.spill"))
