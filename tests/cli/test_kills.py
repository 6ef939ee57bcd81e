"""A few of the kills of ``tests/kill_at_random.py``; that script makes as many as one likes."""

import random
from pathlib import Path

from tests.cli.kill_at_random import kill


def test_killed_at_a_random_instant_nothing_is_torn(tmp_path: Path) -> None:
    for what in ("build", "append"):
        assert kill(what, 1, tmp_path, random.Random(7))["killed"] == 1
