"""A few of the kills of ``tests/kill_at_random.py``; that script makes as many as one likes."""

import random
import shutil
from pathlib import Path

import pytest

from tests.cli.kill_at_random import kill
from tests.conftest import EVENTS, Built

pytestmark = pytest.mark.minutes(2)


def test_killed_at_a_random_instant_nothing_is_torn(elmley: Built, tmp_path: Path) -> None:
    shutil.copytree(EVENTS, tmp_path / "events")
    (tmp_path / "data").mkdir()
    shutil.copy(elmley.warehouse, tmp_path / "data" / "warehouse.duckdb")
    for what in ("build", "append"):
        assert kill(what, 1, tmp_path, random.Random(7))["killed"] == 1
